import { describe, expect, it } from 'vitest';
import { guessEntrypoint, onBuildText } from '../../source/dockerfile/on-build.ts';

describe('the Dockerfile of a builder with ONBUILD instructions', () => {
  const plain = { builder: 'ruby:onbuild', labels: {}, env: [], hasAssemble: false, entrypoint: undefined };

  it('says no more than it has to', () => {
    expect(onBuildText(plain)).toBe('FROM ruby:onbuild\n');
  });

  it('has labels, variables, assemble and what starts the application, in this order', () => {
    const text = onBuildText({ ...plain, labels: { a: '1' }, env: ['B=2=3'], hasAssemble: true, entrypoint: 'run.sh' });
    expect(text).toBe(`FROM ruby:onbuild
LABEL "a"="1"
ENV B="2=3"
RUN sh assemble
ENTRYPOINT ["./run.sh"]
`);
  });
});

describe('what starts the application', () => {
  it.each([
    [['start.sh', 'run'], 'run'],
    [['execute', 'start.sh'], 'start.sh'],
    [['server'], undefined],
  ])('is of %j %s', (programs, expected) => {
    expect(guessEntrypoint(new Set(programs))).toBe(expected);
  });
});
