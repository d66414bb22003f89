import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { CurrentReplacer, type Replacer } from '../../source/dev/sync/replacer.ts';
import type { Engine } from '../../source/engine/engine.ts';
import { makeBuilder } from '../support/builders.ts';
import { testName } from '../support/engine.ts';
import { engineAddress } from '../support/engine-address.ts';
import { connect } from '../support/engine-fixtures.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await connect(engineAddress);
});
afterAll(() => engine.close());

/** A container of user 1001 that runs, and a shell that replaces files in it. */
async function open(base: 'busybox' | 'dash') {
  const image = await makeBuilder({ base, user: { name: 'app', uid: 1001, gid: 1001 } });
  const command = ['/bin/sh', '-c', 'trap exit TERM; while :; do sleep 0.1; done'];
  const spec = { name: testName('app'), image, user: '', env: [], mounts: [], command, interactive: false };
  const id = await engine.createContainer(spec);
  onTestFinished(() => engine.removeContainer(id));
  await engine.start(id);
  const current = new CurrentReplacer(engine);
  onTestFinished(() => current.close());
  await current.reach(id);
  const replacer = current.in(id);
  if (replacer === undefined) throw new Error('there is none');
  return { id, current, replacer };
}

async function sh(id: string, script: string, user = ''): Promise<string> {
  const { exitCode, output } = await engine.exec(id, { command: ['/bin/sh', '-c', script], user });
  if (exitCode !== 0) throw new Error(output);
  return output;
}

async function contentOf(id: string, path: string): Promise<Buffer> {
  const tar = (await engine.getArchive(id, path)) ?? Readable.from([]);
  for await (const entry of tar.pipe(extract())) return buffer(entry);
  throw new Error(`no ${path}`);
}

function replace(replacer: Replacer, files: Record<string, string | Buffer>): Promise<boolean> {
  return replacer.replace(
    Object.entries(files).map(([path, content], at) => ({
      ...{ path, beside: `/tmp/.${at}.sti`, content: Buffer.from(content) },
    })),
  );
}

it.each(['busybox', 'dash'] as const)(
  'a file of a %s container is another one at once, with its mode',
  async (base) => {
    const { id, replacer } = await open(base);
    await sh(id, 'echo old >"/tmp/a b" && chmod 640 "/tmp/a b" && ln "/tmp/a b" /tmp/before && echo old >/tmp/c');
    const bytes = Buffer.from([0, 1, 10, 92, 48, 255, 10, 10]);
    expect(await replace(replacer, { '/tmp/a b': bytes, '/tmp/c': '' })).toBe(true);
    expect(await contentOf(id, '/tmp/a b')).toEqual(bytes);
    expect(await sh(id, 'cat /tmp/before /tmp/c')).toBe('old\n');
    expect((await engine.statPath(id, '/tmp/a b'))?.mode).toBe(0o640);
    expect(await sh(id, 'ls -A /tmp')).toBe('a b\nbefore\nc\n');
  },
);

it('a link, a folder, what is not there, and what is not its own stay as they are', async () => {
  const { id, replacer } = await open('busybox');
  await sh(id, 'echo old >/tmp/of-root && chmod 666 /tmp/of-root', '0');
  await sh(id, 'cd /tmp && echo old >a && ln -s a link && mkdir folder');
  for (const path of ['link', 'folder', 'missing', 'of-root']) {
    expect(await replace(replacer, { [`/tmp/${path}`]: 'new' })).toBe(false);
  }
  expect(await sh(id, 'cd /tmp && cat a of-root && ls -A')).toBe('old\nold\na\nfolder\nlink\nof-root\n');
  expect(await replace(replacer, { '/tmp/missing': 'new', '/tmp/a': 'new' })).toBe(false);
  expect(await replace(replacer, { '/tmp/a': 'newer' })).toBe(true);
});

it('a container that has ended takes nothing, and keeps nobody waiting', async () => {
  const { id, current, replacer } = await open('busybox');
  await engine.stop(id, 5);
  expect(await replace(replacer, { '/tmp/a': 'new' })).toBe(false);
  await current.reach(undefined);
  expect(current.in(id)).toBeUndefined();
});
