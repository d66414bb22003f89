import { createHash } from 'node:crypto';
import { inject } from 'vitest';
import { type ImageEntry, importImage } from '../../scripts/images.mjs';
import { baseEntries } from './bases.ts';
import * as scripts from './builder-scripts.ts';
import { api, inspectImage } from './engine.ts';

/** A builder image as data: what differs from the plain one, which runs as root and speaks the stream protocol. */
export interface Builder {
  /** `busybox`, or `dash`: a shell and coreutils only, without tar, su and bash in any form. */
  readonly base?: 'busybox' | 'dash';
  /** USER as the image has it, and the numbers that own `/app`. */
  readonly user?: { readonly name: string; readonly uid: number; readonly gid: number };
  readonly entrypoint?: readonly string[];
  /** Where the scripts are in the image. */
  readonly scriptsPath?: string;
  /** How the image says where its scripts are. */
  readonly scriptsUrlIn?: 'io.openshift.s2i.scripts-url' | 'io.s2i.scripts-url' | 'STI_SCRIPTS_URL';
  /** Script name → text, beside or instead of the plain ones; null leaves one out. */
  readonly scripts?: Readonly<Record<string, string | null>>;
  /** Path without a leading `/` → content. */
  readonly files?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly exposedPorts?: readonly string[];
}

const app = { name: 'app', uid: 1001, gid: 1001 };

/** The builders that PROTOCOL.md's promises are tried with. */
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

const { VITEST_POOL_ID = '' } = process.env;
const made = new Map<string, Promise<string>>();

/** Makes a builder image, once for each description, and gives its tag. */
export function makeBuilder(builder: BuilderName | Builder): Promise<string> {
  const description: Builder = typeof builder === 'string' ? builders[builder] : builder;
  const digest = createHash('sha256').update(JSON.stringify(description)).digest('hex').slice(0, 12);
  // Test files that run at the same time each make their own: of two imports to one tag, one would lose it.
  const tag = `${inject('testRun')}-builder-${VITEST_POOL_ID}-${digest}:latest`;
  const making = made.get(tag) ?? make(tag, description);
  made.set(tag, making);
  return making;
}

async function make(tag: string, description: Builder): Promise<string> {
  if ((await inspectImage(tag)) === undefined) {
    await importImage(api, tag, await entriesOf(description), changesOf(description));
  }
  return tag;
}

async function entriesOf(builder: Builder): Promise<ImageEntry[]> {
  const { uid = 0, gid = 0 } = builder.user ?? {};
  const folder = scriptsPathOf(builder).slice(1);
  const plain = {
    assemble: scripts.assemble,
    run: scripts.run,
    'save-artifacts': scripts.saveToStream,
    usage: scripts.usage,
  };
  return [
    ...(await baseEntries(builder.base ?? 'busybox')),
    { path: 'etc/passwd', content: 'root:x:0:0:root:/root:/bin/sh\napp:x:1001:1001:app:/app:/bin/sh\n' },
    { path: 'etc/group', content: 'root:x:0:\napp:x:1001:\n' },
    { path: 'app/', uid, gid },
    ...(builder.volumes ?? []).map((path) => ({ path: `${path.slice(1)}/`, uid, gid })),
    { path: 'usr/libexec/' },
    { path: `${folder}/` },
    ...Object.entries({ ...plain, ...builder.scripts }).flatMap(([name, content]) =>
      content === null ? [] : { path: `${folder}/${name}`, content, mode: 0o755 },
    ),
    ...Object.entries(builder.files ?? {}).map(([path, content]) => ({ path, content, mode: 0o755 })),
  ];
}

function changesOf(builder: Builder): string[] {
  const url = { [builder.scriptsUrlIn ?? 'io.openshift.s2i.scripts-url']: `image://${scriptsPathOf(builder)}` };
  const inEnv = builder.scriptsUrlIn === 'STI_SCRIPTS_URL';
  const labels = { ...(inEnv ? {} : url), ...builder.labels };
  const env = { PATH: '/bin:/usr/bin', ...(inEnv ? url : {}), ...builder.env };
  return [
    ...pairs(labels).map((pair) => `LABEL ${pair}`),
    ...pairs(env).map((pair) => `ENV ${pair}`),
    ...(builder.volumes ?? []).map((path) => `VOLUME ${path}`),
    ...(builder.exposedPorts ?? []).map((port) => `EXPOSE ${port}`),
    ...(builder.entrypoint ? [`ENTRYPOINT ${JSON.stringify(builder.entrypoint)}`] : []),
    ...(builder.user ? [`USER ${builder.user.name}`] : []),
  ];
}

function scriptsPathOf(builder: Builder): string {
  return builder.scriptsPath ?? '/usr/libexec/s2i';
}

function pairs(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
}
