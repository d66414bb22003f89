import { describe, expect, it } from 'vitest';
import { chooseRunPath, whatGoes } from '../../source/dev/run-path.ts';
import { image } from '../build/samples.ts';

const same = { config: image.config, assembleUser: '', transport: 'bind', assembleMs: 20 } as const;

describe('chooseRunPath', () => {
  it('runs in place where the container is the same as one of the image', () => {
    expect(chooseRunPath(same).path).toBe('in place');
  });

  it.each([
    ['assemble has run as another user', { assembleUser: '1001' }],
    ['the image has an entrypoint', { config: { ...image.config, entrypoint: ['/entry'] } }],
    ['the image has volumes', { config: { ...image.config, volumes: ['/data'] } }],
    ['the image works in a folder that goes', { config: { ...image.config, workingDir: '/tmp/src/app' } }],
    ['it does so at another destination', { config: { ...image.config, workingDir: '/in/src' }, destination: '/in' }],
    ['assembling twice would cost more than a commit', { assembleMs: 10_000 }],
  ])('commits first when %s, and says so', (_, change) => {
    const { path, why } = chooseRunPath({ ...same, ...change });
    expect(path).toBe('image first');
    expect(why).not.toBe('');
  });

  it('runs in place whatever the way in, and in a folder that only has the name of one that goes', () => {
    const config = { ...image.config, workingDir: '/opt/app-root/src' };
    expect(chooseRunPath({ ...same, config, transport: 'stream' }).path).toBe('in place');
    expect(chooseRunPath({ ...same, config, transport: 'upload' }).path).toBe('in place');
  });

  it('takes the assemble user for the same when the image has it too', () => {
    const config = { ...image.config, user: '1001' };
    expect(chooseRunPath({ ...same, config, assembleUser: '1001' }).path).toBe('in place');
  });
});

describe('whatGoes', () => {
  const plain = {
    destination: '/tmp',
    imageNames: new Set<string>(),
    placedNames: new Set(['src']),
    runPath: '/usr/libexec/s2i/run',
  };

  it('is all that a build has at the destination, and what a commit reads goes last', () => {
    const { names, elsewhere, obstacle } = whatGoes(plain);
    expect(names).toEqual(['src', 'artifacts', 'scripts', 'defaultScripts', '.s2i']);
    expect({ elsewhere, obstacle }).toEqual({ elsewhere: [], obstacle: undefined });
  });

  it('is the labels of assemble too when the destination is another', () => {
    expect(whatGoes({ ...plain, destination: '/in' }).elsewhere).toEqual(['/tmp/.s2i/image_metadata.json']);
  });

  it('leaves the image its own scripts, the run script among them', () => {
    const own = { ...plain, imageNames: new Set(['scripts', 'other']), runPath: '/tmp/scripts/run' };
    expect(whatGoes(own)).toMatchObject({ names: ['src', 'artifacts', 'defaultScripts', '.s2i'], obstacle: undefined });
  });

  it.each([
    ['has scripts below those of the build', { imageNames: ['scripts'], placedNames: ['src', 'scripts'] }],
    ['has a source of its own below', { imageNames: ['src'], placedNames: ['src'] }],
    ['has labels of its own', { imageNames: ['.s2i'], placedNames: ['src'] }],
  ])('is no way to the same container when the image %s', (_, { imageNames, placedNames }) => {
    const facts = { ...plain, imageNames: new Set(imageNames), placedNames: new Set(placedNames) };
    expect(whatGoes(facts).obstacle).toContain(`the image itself has /tmp/${imageNames[0]}`);
  });

  it('is no way to the same container when the run script would go', () => {
    expect(whatGoes({ ...plain, runPath: '/tmp/src/.sti/bin/run' }).obstacle).toBe('the run script is in /tmp/src');
  });
});
