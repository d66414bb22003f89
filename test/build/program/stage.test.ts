import { describe, expect, it } from 'vitest';
import { unreachableImage } from '../../../source/build/program/stage.ts';

describe('an image that a builder of another machine can not pull', () => {
  it.each([
    ['ERROR: failed to solve: app:latest: failed to do request: Head "https://a.example/v2/": dial tcp', 'app:latest'],
    ['ERROR: failed to solve: docker.io/library/app:latest: not found', 'app:latest'],
    ['ERROR: failed to solve: docker.io/team/app:1: pull access denied', 'team/app:1'],
    ['ERROR: failed to solve: localhost:5000/team/app:1: not found', 'localhost:5000/team/app:1'],
    ['failed to solve: registry.example/app: 401 Unauthorized', 'registry.example/app'],
  ])('is named by %s', (failure, image) => {
    expect(unreachableImage(failure)).toBe(image);
  });

  it.each([
    'ERROR: failed to solve: process "/bin/sh -c assemble" did not complete successfully: exit code: 3',
    'ERROR: failed to solve: failed to compute cache key: "/upload" not found',
    'ERROR: failed to solve: exit code: 3',
    'it ended with exit code 1',
  ])('is not what %s tells', (failure) => {
    expect(unreachableImage(failure)).toBeUndefined();
  });
});
