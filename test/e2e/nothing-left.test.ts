import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { makeBuilder } from '../support/builders.ts';
import { api, removeImage, testTag } from '../support/engine.ts';
import { homeFor, startSti, temporaryFolderOf } from '../support/sti.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

const rounds = 4;

const builder = {
  scripts: {
    assemble: `#!/bin/sh
mkdir -p /app && cp -R /tmp/src/. /app
[ ! -e /tmp/src/fail ] || exit 3
[ ! -e /tmp/src/wait ] || { echo "assemble waits"; sleep 60; }
`,
    'save-artifacts': '#!/bin/sh\ncd /app && tar cf - index.html\n',
  },
  volumes: ['/data'],
} as const;

interface Listed {
  readonly Names: readonly string[];
}

/** Containers of this run, and what is in its folder for temporary files, at this moment. */
async function leftOf(pid: number, folder: string): Promise<string[]> {
  const containers = await api.json<Listed[]>('GET', '/containers/json?all=1');
  const names = containers.flatMap(({ Names }) => Names).filter((name) => name.includes(`-${pid}-`));
  return [...names, ...readdirSync(folder)];
}

/** Volumes that no container has. */
async function volumes(): Promise<string[]> {
  const filters = encodeURIComponent(JSON.stringify({ dangling: ['true'] }));
  const { Volumes } = await api.json<{ Volumes: { Name: string }[] | null }>('GET', `/volumes?filters=${filters}`);
  return (Volumes ?? []).map(({ Name }) => Name);
}

it(`when sti has ended its containers, volumes and folders are gone: ${4 * rounds} clean, incremental, failed and cancelled builds`, async () => {
  const image = await makeBuilder(builder);
  const tag = testTag('nothing-left');
  const home = homeFor();
  const folder = temporaryFolderOf(home);
  const sources = Object.fromEntries(
    ['', 'fail', 'wait'].map((name) => {
      const source = tempFolder();
      writeFiles(source, { 'index.html': 'hello', ...(name !== '' && { [name]: '' }) });
      return [name, source];
    }),
  );
  const ways: readonly (readonly [name: string, exitCode: number, args: readonly string[]])[] = [
    ['', 0, ['--clean']],
    ['', 0, []],
    ['fail', 60, []],
    ['wait', 130, []],
  ];
  const before = new Set(await volumes());
  /** Other tests' may be among them, which go with their containers. */
  const seen = new Set<string>();
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, exitCode, args] of ways) {
      const running = startSti(['build', sources[name] ?? '', image, tag, ...args], { home });
      if (name === 'wait') {
        await running.printed('assemble waits');
        running.kill('SIGINT');
      }
      const ended = await running.ended;
      expect(await leftOf(running.pid, folder)).toEqual([]);
      for (const name of await volumes()) if (!before.has(name)) seen.add(name);
      expect(ended.exitCode ?? 130, ended.stderr).toBe(exitCode);
    }
  }
  await expect.poll(async () => (await volumes()).filter((name) => seen.has(name)), { timeout: 100_000 }).toEqual([]);
  await removeImage(tag);
});
