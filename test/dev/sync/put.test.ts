import { text } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import { expect, it } from 'vitest';
import { putFiles } from '../../../source/dev/sync/put.ts';
import type { Engine, ExecSpec } from '../../../source/engine/engine.ts';
import type { ReplaceFile } from '../../../source/protocol/gate/replace.ts';
import { createFakeEngine } from '../../support/fake-engine/engine.ts';

const to = { folder: '/app', uid: 1001, gid: 0, modes: [0o644, 0o664] as const };
const kind = { change: 'changed', folder: '', ending: '.js' } as const;
const loaded = [
  { step: { kind, path: 'a.js', place: '/app/a.js', to, entry: undefined }, content: Buffer.from('new') },
];

/** What is asked of an engine whose container lets files be moved, or doesn't. */
async function putInto(moves: boolean, replaces?: boolean): Promise<string[]> {
  const asked: string[] = [];
  const engine: Engine = {
    ...createFakeEngine({
      turn: async () => {},
      scripts: { assembleExit: () => 0, runExit: () => undefined },
      volumes: [],
      fails: () => false,
    }),
    async putArchive(_id, _path, tar) {
      const list = tar.pipe(extract());
      for await (const entry of list)
        asked.push(`put ${entry.header.name} ${entry.header.mode?.toString(8)} ${await text(entry)}`);
    },
    async exec(_id, { command, user }: ExecSpec) {
      asked.push(`exec as ${user ?? 'its user'}: ${command.slice(command[1] === '-c' ? 4 : 0).join(' ')}`);
      return { exitCode: moves || user === '0' ? 0 : 1, output: '' };
    },
  };
  const change = { loaded, layer: new Map(), gateOnly: false };
  const replacer = replaces !== undefined && {
    async replace(files: readonly ReplaceFile[]) {
      for (const { beside, path, content } of files) asked.push(`replace ${beside} ${path} ${content}`);
      return replaces;
    },
    close: () => {},
  };
  await putFiles(engine, { id: 'app', ...(replacer && { replacer }) }, change, new AbortController().signal);
  return asked.map((one) => one.replaceAll(/[0-9a-f]{12}/g, 'RANDOM'));
}

it('a file for a container that runs is put beside its place and renamed, by the user of the container', async () => {
  expect(await putInto(true)).toEqual([
    'put app/.RANDOM-0.sti 664 new',
    'exec as its user: /app/.RANDOM-0.sti /app/a.js',
  ]);
});

it('a file that the user of the container may not rename is put in its place, and nothing stays beside it', async () => {
  expect(await putInto(false)).toEqual([
    'put app/.RANDOM-0.sti 664 new',
    'exec as its user: /app/.RANDOM-0.sti /app/a.js',
    'exec as 0: /bin/rm -f -- /app/.RANDOM-0.sti',
    'put app/a.js 664 new',
  ]);
});

it('a file for a container with a shell in it is replaced by that, and by the engine where it could not be', async () => {
  const replaced = 'replace /app/.RANDOM-0.sti /app/a.js new';
  expect(await putInto(true, true)).toEqual([replaced]);
  expect(await putInto(true, false)).toEqual([
    replaced,
    'put app/.RANDOM-0.sti 664 new',
    'exec as its user: /app/.RANDOM-0.sti /app/a.js',
  ]);
});
