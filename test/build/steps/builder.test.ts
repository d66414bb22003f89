import { describe, expect, it } from 'vitest';
import { checkDepth } from '../../../source/build/steps/builder.ts';

const image = (layers: number) => ({ layers: Array.from({ length: layers }, (_, index) => `sha256:${index}`) });

describe('a builder of many layers', () => {
  it('may have one less than Docker allows, since the built image has one more', () => {
    checkDepth('deep', image(124), 'docker');
  });

  it('is refused by name and number when it has as many', () => {
    expect(() => checkDepth('deep', image(125), 'docker')).toThrowError(
      expect.objectContaining({ code: 'builder', message: expect.stringMatching(/deep has 125 layers.*125/) }),
    );
  });

  it('is left to Podman, which allows more', () => {
    checkDepth('deep', image(200), 'podman');
  });
});
