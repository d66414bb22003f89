import { createHash } from 'node:crypto';
import { inject } from 'vitest';
import { type Builder, importBuilder } from './builder-image.ts';
import * as scripts from './builder-scripts.ts';
import { api, inspectImage } from './engine.ts';

const app = { name: 'app', uid: 1001, gid: 1001 };

export type { Builder } from './builder-image.ts';

/** The builders that docs/protocol.md's promises are tried with. */
export const builders = {
  root: {},
  'named user': { user: app },
  'numeric user': { user: { name: '4711', uid: 4711, gid: 0 } },
  'numeric user and group': { user: { name: '4711:4712', uid: 4711, gid: 4712 } },
  'without tar': { base: 'dash', user: app, scripts: { 'save-artifacts': scripts.saveToFolder } },
  entrypoint: { user: app, entrypoint: ['/bin/entry'], files: { 'bin/entry': scripts.entry } },
  'scripts in /tmp': { user: app, scriptsPath: '/tmp/scripts', files: { 'tmp/of-the-image': 'kept\n' } },
  volume: {
    user: app,
    volumes: ['/app/data'],
    scripts: { assemble: `${scripts.assemble}echo lost > /app/data/from-assemble\n` },
  },
  'label io.s2i': { scriptsUrlIn: 'io.s2i.scripts-url' },
  'env STI_SCRIPTS_URL': { scriptsUrlIn: 'STI_SCRIPTS_URL' },
  'seed protocol': { user: app, scripts: { 'save-artifacts': scripts.saveToFolder } },
  'stream protocol': { user: app },
  'no save-artifacts': { scripts: { 'save-artifacts': null } },
  'no assemble': { scripts: { assemble: null } },
  'failing assemble': { scripts: { assemble: '#!/bin/sh\necho "about to fail"\necho "this is why" >&2\nexit 3\n' } },
  'failing save-artifacts': { scripts: { 'save-artifacts': '#!/bin/sh\necho "nothing to save" >&2\nexit 4\n' } },
  'long assemble': { scripts: { assemble: '#!/bin/sh\necho "assemble started"\nsleep 300\n' } },
  'files left in /tmp': {
    user: app,
    scripts: { assemble: `${scripts.assemble}mkdir -p /tmp/left\necho left > /tmp/left/by-assemble\n` },
  },
  'image metadata': {
    scripts: {
      assemble: `${scripts.assemble}mkdir -p /tmp/.s2i
echo '{"labels":[{"from.assemble":"yes"},{"io.k8s.description":"set by assemble"}]}' > /tmp/.s2i/image_metadata.json
`,
    },
  },
  'much output': {
    scripts: {
      assemble:
        '#!/bin/sh\nyes "a line of sixty-three bytes, so that a megabyte is 16384 of the" | head -n "$LINES_TO_PRINT"\n',
    },
    env: { LINES_TO_PRINT: '160000' },
  },
} as const satisfies Record<string, Builder>;

export type BuilderName = keyof typeof builders;

const { VITEST_WORKER_ID = '' } = process.env;
const made = new Map<string, Promise<string>>();

/** Makes a builder image, once for each description, and gives its tag. */
export function makeBuilder(builder: BuilderName | Builder): Promise<string> {
  const description: Builder = typeof builder === 'string' ? builders[builder] : builder;
  const digest = createHash('sha256').update(JSON.stringify(description)).digest('hex').slice(0, 12);
  // Test files that run at the same time each make their own: of two imports to one tag, one would lose it.
  const tag = `${inject('testRun')}-builder-${VITEST_WORKER_ID}-${digest}:latest`;
  const making = made.get(tag) ?? make(tag, description);
  made.set(tag, making);
  // What the engine spoiled is made anew by whoever asks next: a test that is tried once more.
  making.catch(() => made.delete(tag));
  return making;
}

async function make(tag: string, description: Builder): Promise<string> {
  if ((await inspectImage(tag)) === undefined) {
    await importBuilder(api, tag, description);
  }
  return tag;
}
