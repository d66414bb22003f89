import { expect } from 'vitest';
import { type Builder, makeBuilder } from './builders.ts';
import { failureOf, scriptLines } from './dev-events.ts';
import { api, inspectImage, testTag } from './engine.ts';
import { snapshot } from './leftovers.ts';
import { homeFor, type StiEnded, type StiOptions, startSti, temporaryFolderOf } from './sti.ts';

/** Says what it finds in /tmp/src: a line for each thing, with a file's first line or a link's target. */
const lookAround = `#!/bin/sh
cd /tmp/src
find . -mindepth 1 | sort | while read -r path; do
  name=\${path#./}
  if [ -L "$path" ]; then echo "link $name -> $(readlink "$path")"
  elif [ -d "$path" ]; then echo "folder $name"
  elif [ -f "$path" ]; then echo "file $name: $(head -n 1 "$path")"
  else echo "other $name"; fi
done
`;

export const lookingBuilder = { scripts: { assemble: lookAround, 'save-artifacts': null } } as const satisfies Builder;

export interface BuildOptions extends StiOptions {
  readonly builder?: Builder;
  /** Further words of the command line. */
  readonly args?: readonly string[];
}

export interface Looked extends StiEnded {
  readonly tag: string;
  /** What assemble printed. */
  readonly seen: readonly string[];
}

/** Builds a source that must build, and tells what assemble saw of it. */
export async function lookInto(source: string, options: BuildOptions = {}): Promise<Looked> {
  const { ended, tag } = await build(source, options);
  expect(ended, ended.stdout).toMatchObject({ exitCode: 0 });
  return { ...ended, tag, seen: scriptLines(ended) };
}

/** Builds what can't be built, and sees that nothing is left of the try: no image, container or folder. */
export async function failToBuild(source: string, exitCode: number, options: BuildOptions = {}) {
  const home = options.home ?? homeFor(options.user);
  const { tag, builder, pid, ended } = await build(source, { ...options, home });
  const failure = failureOf(ended);
  expect(ended, ended.stdout).toMatchObject({ exitCode, stderr: '' });
  expect(failure.exitCode).toBe(exitCode);
  expect(await inspectImage(tag)).toBeUndefined();
  await expect.poll(() => leftBy({ pid, builder, folder: temporaryFolderOf(home) }), { timeout: 10_000 }).toEqual([]);
  return { ...ended, ...failure };
}

/** What is left of one run, whatever other runs are doing at the same time. */
export async function leftBy(run: { pid: number; builder: string; folder: string }): Promise<string[]> {
  const { folder } = run;
  const things = [...(await snapshot([folder]))];
  const label = `io.openshift.s2i.build.image=${run.builder}`;
  const filters = new URLSearchParams({ filters: JSON.stringify({ dangling: ['true'], label: [label] }) });
  const images = await api.json<{ Id: string }[]>('GET', `/images/json?${filters}`);
  return [
    ...things.filter((thing) => thing.includes(`-${run.pid}-`) || thing.includes(folder)),
    ...images.map(({ Id }) => `image ${Id}`),
  ];
}

async function build(source: string, options: BuildOptions) {
  const { args = [], ...run } = options;
  const builder = await makeBuilder(options.builder ?? lookingBuilder);
  const tag = testTag('looking');
  const { pid, ended } = startSti(['build', source, builder, tag, '--progress', 'json', ...args], run);
  return { tag, builder, pid, ended: await ended };
}
