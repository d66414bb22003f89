import { describe, expect, it } from 'vitest';
import { planArtifacts } from '../../../source/build/artifacts/plan.ts';
import { image, script } from '../../support/build-samples.ts';

const possible = { clean: false, tag: 'my-app:latest', previous: image, script };

describe('planArtifacts', () => {
  it('is incremental when there is a previous image and a save-artifacts script', () => {
    expect(planArtifacts(possible)).toEqual({ incremental: true, previous: image, script });
  });

  it.each([
    ['--clean was given', { clean: true }, 'clean build, as asked'],
    ['there is no tag', { tag: null }, 'clean build: no tag, so there is no previous image'],
    ['there is no previous image', { previous: undefined }, 'clean build: there is no my-app:latest yet'],
    ['there is no script', { script: undefined }, 'clean build: the builder has no save-artifacts script'],
  ])('says why it is not when %s', (_, change, reason) => {
    expect(planArtifacts({ ...possible, ...change })).toEqual({ incremental: false, reason });
  });
});
