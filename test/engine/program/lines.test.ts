import { expect, it } from 'vitest';
import { buildkitLine } from '../../../source/engine/program/lines.ts';

it('what a script printed is told once, although BuildKit says it again of a step that failed', async () => {
  let output = '';
  const words: string[] = [];
  const line = buildkitLine({
    onOutput: (text) => {
      output += text;
    },
    onStatus: (word) => void words.push(word),
  });
  for (const text of [
    '#7 [3/4] RUN assemble',
    '#7 0.301 no',
    '#7 0.302 ------',
    '#7 0.303 more',
    '#7 ERROR: process "assemble" did not complete successfully: exit code: 3',
    '------',
    ' > [3/4] RUN assemble:',
    '#7 0.301 no',
    '#7 0.303 more',
    '------',
  ]) {
    await line(text);
  }
  expect(output).toBe('no\n------\nmore\n');
  expect(words).toEqual([
    '[3/4] RUN assemble',
    'ERROR: process "assemble" did not complete successfully: exit code: 3',
  ]);
});
