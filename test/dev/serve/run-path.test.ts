import { describe, expect, it } from 'vitest';
import { chooseRunPath, filesToRemove } from '../../../source/dev/serve/run-path.ts';
import { image } from '../../support/build-samples.ts';

const inputs = {
  builder: {
    image,
    spec: { assembleUser: '', destination: '/tmp', scriptsUrl: undefined },
    scriptsUrl: undefined,
  },
  runtime: undefined,
  env: ['MODE=dev'],
};
const withConfig = (config: Partial<typeof image.config>) => ({
  builder: { ...inputs.builder, image: { ...image, config: { ...image.config, ...config } } },
});
const here = { request: {}, transport: 'bind', once: false } as const;

describe('chooseRunPath', () => {
  it('runs in place where the container is the same as one of the image', () => {
    expect(chooseRunPath(inputs, here).path).toBe('in place');
  });

  it('runs in place with an entrypoint', () => {
    const entered = { ...inputs, ...withConfig({ entrypoint: ['container-entrypoint'] }) };
    expect(chooseRunPath(entered, here).path).toBe('in place');
  });

  it.each([
    [
      'assemble has run as another user',
      { builder: { ...inputs.builder, spec: { ...inputs.builder.spec, assembleUser: '1001' } } },
    ],
    ['the image has volumes', withConfig({ volumes: ['/data'] })],
    ['the image works in a folder that goes', withConfig({ workingDir: '/tmp/src/app' })],
    ['a variable has a name that shells drop', { env: ['spring.profiles.active=dev'] }],
    ['a variable of the image is one that shells set', withConfig({ env: ['A=1', 'PWD=/a'] })],
  ])('commits first when %s, and says so', (_, change) => {
    const { path, why } = chooseRunPath({ ...inputs, ...change }, here);
    expect(path).toBe('image first');
    expect(why).not.toBe('');
  });

  it.each([
    ['secrets', { secrets: [{ id: 'token', content: Buffer.from('swordfish') }] }],
    ['authorities', { ca: '/ca.pem' }],
  ])('commits first where assemble has %s', (_, request) => {
    expect(chooseRunPath(inputs, { ...here, request }).path).toBe('image first');
  });

  it('looks for what goes after the build at the destination of the builder', () => {
    const { builder } = withConfig({ workingDir: '/in/src' });
    const elsewhere = { ...builder, spec: { ...builder.spec, destination: '/in' } };
    expect(chooseRunPath({ ...inputs, builder: elsewhere }, here).path).toBe('image first');
  });

  it('commits first where the image is wanted at once, rather than assemble again for it', () => {
    expect(chooseRunPath(inputs, { ...here, once: true }).path).toBe('image first');
  });

  it('runs in place whatever the way in, and in a folder that only has the name of one that goes', () => {
    const elsewhere = { ...inputs, ...withConfig({ workingDir: '/opt/app-root/src' }) };
    expect(chooseRunPath(elsewhere, { ...here, transport: 'stream' }).path).toBe('in place');
    expect(chooseRunPath(elsewhere, { ...here, transport: 'upload' }).path).toBe('in place');
  });

  it('takes the assemble user for the same when the image has it too', () => {
    const { builder } = withConfig({ user: '1001' });
    const same = { ...builder, spec: { ...builder.spec, assembleUser: '1001' } };
    expect(chooseRunPath({ ...inputs, builder: same }, here).path).toBe('in place');
  });
});

describe('filesToRemove', () => {
  const plain = {
    destination: '/tmp',
    imageNames: new Set<string>(),
    placedNames: new Set(['src']),
    runPath: '/usr/libexec/s2i/run',
  };

  it('is all that a build has at the destination, and what a commit reads goes last', () => {
    const { names, elsewhere, obstacle } = filesToRemove(plain);
    expect(names).toEqual(['src', 'artifacts', 'scripts', 'defaultScripts', '.s2i']);
    expect({ elsewhere, obstacle }).toEqual({ elsewhere: [], obstacle: undefined });
  });

  it('is the labels of assemble too when the destination is another', () => {
    expect(filesToRemove({ ...plain, destination: '/in' }).elsewhere).toEqual(['/tmp/.s2i/image_metadata.json']);
  });

  it('leaves the image its own scripts, the run script among them', () => {
    const own = { ...plain, imageNames: new Set(['scripts', 'other']), runPath: '/tmp/scripts/run' };
    expect(filesToRemove(own)).toMatchObject({
      names: ['src', 'artifacts', 'defaultScripts', '.s2i'],
      obstacle: undefined,
    });
  });

  it.each([
    ['has scripts below those of the build', { imageNames: ['scripts'], placedNames: ['src', 'scripts'] }],
    ['has a source of its own below', { imageNames: ['src'], placedNames: ['src'] }],
    ['has labels of its own', { imageNames: ['.s2i'], placedNames: ['src'] }],
  ])('is no way to the same container when the image %s', (_, { imageNames, placedNames }) => {
    const facts = { ...plain, imageNames: new Set(imageNames), placedNames: new Set(placedNames) };
    expect(filesToRemove(facts).obstacle).toContain(`the image itself has /tmp/${imageNames[0]}`);
  });

  it('is no way to the same container when the run script would go', () => {
    expect(filesToRemove({ ...plain, runPath: '/tmp/src/.sti/bin/run' }).obstacle).toBe(
      'the run script is in /tmp/src',
    );
  });
});
