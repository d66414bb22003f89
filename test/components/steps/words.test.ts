import { describe, expect, it } from 'vitest';
import { shortFailure, stepWords } from '../../../components/steps/words.ts';

const of = (name: string, summary: string) => (columns: number) => stepWords({ name, summary }, columns);

describe('what a step came to, in few columns', () => {
  it('is the whole summary where it fits, but for the folders above the source', () => {
    expect(of('source', '/home/me/app · 312 files, 4.1 MB')(80)).toBe('app · 312 files, 4.1 MB');
    expect(of('builder', 'nodejs-20:latest · 3f1c0a9d2b41')(80)).toBe('nodejs-20:latest · 3f1c0a9d2b41');
  });

  it.each([
    [23, 'app · 312 files, 4.1 MB'],
    [22, '312 files, 4.1 MB'],
    [16, '312 files'],
    [8, '4.1 MB'],
  ])('says of the source in %i columns: %s', (columns, words) => {
    expect(of('source', '/home/me/app · 312 files, 4.1 MB')(columns)).toBe(words);
  });

  it.each([
    [33, 'from the source, the image'],
    [20, 'source, image'],
    [8, '2 places'],
    [7, 'found'],
  ])('says in %i columns where the scripts are from: %s', (columns, words) => {
    const summary = 'assemble · .s2i/bin of the source; run, save-artifacts · image:///usr/libexec/s2i';
    expect(of('scripts', summary)(columns)).toBe(words);
  });

  it.each([
    [20, 'ready · in place'],
    [10, 'in place'],
    [6, 'ready'],
  ])('says of the start in %i columns: %s', (columns, words) => {
    expect(of('run', 'ready · in place: the container is the same as one of the image')(columns)).toBe(words);
  });

  it.each([
    [21, '*.html is only copied'],
    [13, '*.html copied'],
    [10, 'copied'],
  ])('says of a save without assemble in %i columns: %s', (columns, words) => {
    expect(of('sync', '*.html is only copied (learned from build 3)')(columns)).toBe(words);
  });

  it('says which port is waited for', () => {
    expect(of('run', 'waiting for 8080')(14)).toBe('awaits 8080');
  });

  it('has a start of the builder’s id that names it', () => {
    expect(of('builder', 'nodejs-20:latest · 3f1c0a9d2b41')(10)).toBe('3f1c0a9');
  });

  it('keeps how much was restored, or why nothing was', () => {
    expect(of('artifacts', 'restored 2,143 files, 48 MB from my-app:latest')(20)).toBe('2,143 files, 48 MB');
    expect(of('artifacts', 'clean build: no previous image')(20)).toBe('no previous image');
    expect(of('artifacts', 'clean build: no previous image')(8)).toBe('clean');
    expect(of('artifacts', 'clean build: there is no my-app:latest yet')(8)).toBe('none yet');
  });

  it('keeps the exit code of an application that ended', () => {
    expect(of('run', 'the application ended with exit code 3 before it was ready')(8)).toBe('exit 3');
  });

  it('says that a standby was waited for where there is room for no more', () => {
    expect(of('standby', 'prepared')(6)).toBe('made');
  });

  it('says that the tag is set where its name has no room', () => {
    expect(of('commit', 'my-app:latest')(13)).toBe('my-app:latest');
    expect(of('commit', 'my-app:latest')(8)).toBe('tagged');
    expect(of('commit', 'my-app:latest · sha256:9ab3f00d1234 · +1.2 MB')(24)).toBe('my-app:latest · +1.2 MB');
    expect(of('commit', 'when it is quiet')(10)).toBe('later');
  });
});

describe('a failure in few words', () => {
  it('keeps the exit code, as each step says it', () => {
    expect(shortFailure('build 6 failed: assemble failed with exit code 1 — still serving build 5')).toBe(
      'build 6 failed: assemble exit 1 — still serving build 5',
    );
    expect(shortFailure('failed with exit code 137')).toBe('exit 137');
    expect(shortFailure('the engine is away')).toBe('the engine is away');
  });
});
