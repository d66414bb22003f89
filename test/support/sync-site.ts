import { mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { DevEvent } from '../../source/dev/events.ts';
import { type Builder, makeBuilder } from './builders.ts';
import { eventOf } from './dev-events.ts';
import { startDevSite } from './dev-site.ts';
import { removeImage, testTag } from './engine.ts';
import { difference, filesOf } from './listing.ts';
import { npmBuilder } from './npm-builder.ts';
import { sti } from './sti.ts';
import { tempFolder, writeFiles } from './temp.ts';

const { assemble } = npmBuilder.scripts;
/** Says nothing of what is only copied. */
export const { 'com.redhat.deployments-dir': deployments, ...labels } = npmBuilder.labels;
const assembling = (more: string): Builder => ({
  ...{ ...npmBuilder, labels },
  scripts: { ...npmBuilder.scripts, assemble: more },
});
/** Long enough that a save is better served without it. */
export const slow = assembling(`${assemble}sleep 0.4\n`);
/** Copies everything, and makes one file of all that is in `parts`. */
export const joining = assembling(`${assemble}sleep 0.4\n[ ! -e parts/also.txt ] || cat parts/*.txt > joined\n`);

/** Its application ends when its page becomes one that says so, and starts anew with every other one. */
export const restless: Builder = {
  ...slow,
  scripts: {
    ...slow.scripts,
    run: `#!/bin/sh
trap 'exit 0' TERM
start() { httpd -f -p 8080 -h . & }
start
page=$(cat index.html)
while :; do
  sleep 0.1
  now=$(cat index.html)
  [ "$now" != "$page" ] || continue
  page=$now
  case $now in *die*) exit 3 ;; esac
  kill $!
  sleep 0.2
  start
done
`,
  },
};

/** Its application notes, in a file that it serves, whenever its page is empty or not there. */
export const watchful: Builder = {
  ...slow,
  scripts: {
    ...slow.scripts,
    run: `#!/bin/sh
trap 'exit 0' TERM
httpd -f -p 8080 -h . &
while :; do [ -s index.html ] || echo half >> holes; done
`,
  },
};

/** Copies everything, and looks at the page. */
export const checking = assembling(
  `${assemble}sleep 0.4\n! grep -q wrong index.html || { echo this page is wrong >&2; exit 1; }\n`,
);

export const summaryOf = (stdout: string): unknown =>
  JSON.parse(/^\{"type":"dev-finished".*$/m.exec(stdout)?.[0] ?? '{}').summary;

type OfACycle = Extract<DevEvent, { cycle: number }>['type'];

/** One save, however busy the machine is: nobody sees a file that is empty yet. */
function saveWhole(folder: string, files: Readonly<Record<string, string>>): void {
  const beside = tempFolder();
  writeFiles(beside, files);
  for (const path of Object.keys(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    renameSync(join(beside, path), join(folder, path));
  }
}

export async function serve(
  builder: Builder | string,
  files: Readonly<Record<string, string>>,
  options: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
  tag = testTag('dev'),
) {
  const image = typeof builder === 'string' ? builder : await makeBuilder(builder);
  const site = await startDevSite({
    files: { dependencies: '3', ...files },
    builder: image,
    // A save of several files is one, however long a busy machine takes between two of them.
    options: ['--debounce', '150ms', ...options],
    env,
    tag,
  });
  /** Resolves to this event of this build once it is there. */
  const event = <Type extends OfACycle>(type: Type, cycle: number) => eventOf(site.running, type, { cycle });
  await event('image-compared', 1);
  return {
    ...site,
    event,
    explain: async (path: string) => {
      const { home } = site.running;
      const { stdout } = await sti(['dev', site.source, image, '--explain', path], { home });
      return stdout;
    },
    /** Saves, and resolves to how that build came to be served. */
    save: (build: number, saved: Readonly<Record<string, string>>) => {
      saveWhole(site.source, saved);
      return event('cycle-served', build);
    },
  };
}

/** What an image of the tag has that one of `sti build` has not, and the other way round. */
export async function differenceToBuild(tag: string, source: string, builder: Builder, args: readonly string[] = []) {
  const other = testTag('same');
  onTestFinished(() => removeImage(other));
  expect(await sti(['build', source, await makeBuilder(builder), other, ...args])).toMatchObject({ exitCode: 0 });
  return difference(await filesOf(tag), await filesOf(other));
}
