import { describe, expect, it } from 'vitest';
import { type BuilderName, builders, makeBuilder } from '../support/builders.ts';
import { inspectImage, runContainer } from '../support/engine.ts';
import { difference, filesOf } from '../support/listing.ts';

/** What a shell in the builder says. */
async function shell(builder: BuilderName, script: string) {
  return runContainer({ image: await makeBuilder(builder), entrypoint: ['/bin/sh', '-c'], command: [script] });
}

describe('the builders that tests build with', () => {
  it.each([
    ['root', '0:0'],
    ['named user', '1001:1001'],
    ['numeric user', '4711:0'],
    ['numeric user and group', '4711:4712'],
  ] as const)('run as the user that they are named for: %s', async (name, ids) => {
    expect((await shell(name, 'echo $(id -u):$(id -g)')).stdout).toBe(`${ids}\n`);
  });

  it('have a numeric user that no passwd entry names', async () => {
    expect((await shell('numeric user', 'grep 4711 /etc/passwd')).exitCode).toBe(1);
  });

  it.each(['tar', 'su', 'bash', 'busybox'])('have none of %s when they are without tar', async (program) => {
    const { exitCode, stderr } = await shell('without tar', `${program} --help`);
    expect({ exitCode, stderr }).toEqual({ exitCode: 127, stderr: expect.stringContaining('not found') });
  });

  it.each(Object.keys(builders).filter((name): name is BuilderName => name in builders))(
    'can be made: %s',
    async (name) => {
      const image = await inspectImage(await makeBuilder(name));
      expect(image?.RootFS.Layers).toHaveLength(1);
    },
  );

  it('have the configuration that their description asks for', async () => {
    const config = async (name: BuilderName) => (await inspectImage(await makeBuilder(name)))?.Config;
    expect(await config('entrypoint')).toMatchObject({
      Entrypoint: ['/bin/entry'],
      User: 'app',
      Labels: { 'io.openshift.s2i.scripts-url': 'image:///usr/libexec/s2i' },
    });
    expect((await config('volume'))?.Volumes).toEqual({ '/app/data': {} });
    expect((await config('label io.s2i'))?.Labels).toEqual({ 'io.s2i.scripts-url': 'image:///usr/libexec/s2i' });
    expect(await config('env STI_SCRIPTS_URL')).toMatchObject({
      Labels: null,
      Env: expect.arrayContaining(['STI_SCRIPTS_URL=image:///usr/libexec/s2i']),
    });
  });

  it('assemble a source, count their builds and run, without tar and as a plain user', async () => {
    const script = `mkdir -p /tmp/src && echo hello > /tmp/src/index.html
      /usr/libexec/s2i/assemble && mkdir /tmp/artifacts && /usr/libexec/s2i/save-artifacts
      /usr/libexec/s2i/assemble && /usr/libexec/s2i/run`;
    const { exitCode, stdout } = await shell('without tar', script);
    expect(exitCode).toBe(0);
    expect(stdout.split('\n')).toEqual([
      'assembling as 1001:1001',
      'no artifacts',
      'saving as 1001:1001',
      'assembling as 1001:1001',
      'artifacts of build 1 restored',
      'running as 1001:1001',
      'build 2',
      'hello',
      '',
    ]);
  });
});

describe('the listing of an image', () => {
  it('tells type, mode, owner, size and link of every file', async () => {
    const files = await filesOf(await makeBuilder('numeric user and group'));
    expect(files.get('app')).toMatchObject({ type: 'directory', mode: '0755', owner: '4711:4712' });
    expect(files.get('bin/sh')).toMatchObject({ type: 'symlink', link: 'busybox' });
    expect(files.get('usr/libexec/s2i/run')).toMatchObject({ type: 'file', mode: '0755', owner: '0:0' });
  });

  it('shows how two images differ', async () => {
    const [plain, other] = await Promise.all([
      filesOf(await makeBuilder('named user')),
      filesOf(await makeBuilder('scripts in /tmp')),
    ]);
    expect(difference(plain, plain)).toEqual({ added: [], changed: [], removed: [] });
    expect(difference(plain, other).added).toContain('tmp/of-the-image');
    expect(difference(plain, other).removed).toContain('usr/libexec/s2i/assemble');
    const seed = await filesOf(await makeBuilder('seed protocol'));
    expect(difference(plain, seed)).toEqual({ added: [], changed: ['usr/libexec/s2i/save-artifacts'], removed: [] });
  });
});
