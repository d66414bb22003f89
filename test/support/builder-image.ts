import { baseEntries } from './bases.ts';
import * as scripts from './builder-scripts.ts';
import type { EngineApi } from './engine-api.ts';
import { type ImageEntry, importImage } from './images.ts';

/** A builder image as data: what differs from the plain one, which runs as root and speaks the stream protocol. */
export interface Builder {
  /** `busybox`, or `dash`: a shell and coreutils only, without tar, su and bash in any form. */
  readonly base?: 'busybox' | 'dash';
  /** USER as the image has it, and the numbers that own `/app`. */
  readonly user?: { readonly name: string; readonly uid: number; readonly gid: number };
  readonly entrypoint?: readonly string[];
  /** Absolute. */
  readonly workingDir?: string;
  /** Where the scripts are in the image. */
  readonly scriptsPath?: string;
  /** How the image says where its scripts are. */
  readonly scriptsUrlIn?: 'io.openshift.s2i.scripts-url' | 'io.s2i.scripts-url' | 'STI_SCRIPTS_URL';
  /** Script name → text, beside or instead of the plain ones; null leaves one out. */
  readonly scripts?: Readonly<Record<string, string | null>>;
  /** Path without a leading `/` → content. */
  readonly files?: Readonly<Record<string, string | Buffer>>;
  /** Folders of the user, without a leading `/`. */
  readonly folders?: readonly string[];
  /** Path without a leading `/` → what the symbolic link there leads to. */
  readonly links?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly exposedPorts?: readonly string[];
  /** Instructions, such as `USER 0`. */
  readonly onBuild?: readonly string[];
}

export async function importBuilder(api: EngineApi, tag: string, builder: Builder): Promise<void> {
  await importImage(api, tag, await entriesOf(builder), changesOf(builder));
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
    ...(builder.folders ?? []).map((path) => ({ path: `${path}/`, uid, gid })),
    { path: 'usr/libexec/' },
    { path: `${folder}/` },
    ...Object.entries({ ...plain, ...builder.scripts }).flatMap(([name, content]) =>
      content === null ? [] : { path: `${folder}/${name}`, content, mode: 0o755 },
    ),
    ...Object.entries(builder.files ?? {}).map(([path, content]) => ({ path, content, mode: 0o755 })),
    ...Object.entries(builder.links ?? {}).map(([path, link]) => ({ path, link })),
  ].filter(({ path }) => !(path.endsWith('/') && path.slice(0, -1) in (builder.links ?? {})));
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
    ...(builder.onBuild ?? []).map((instruction) => `ONBUILD ${instruction}`),
    ...(builder.entrypoint ? [`ENTRYPOINT ${JSON.stringify(builder.entrypoint)}`] : []),
    ...(builder.workingDir ? [`WORKDIR ${builder.workingDir}`] : []),
    ...(builder.user ? [`USER ${builder.user.name}`] : []),
  ];
}

function scriptsPathOf(builder: Builder): string {
  return builder.scriptsPath ?? '/usr/libexec/s2i';
}

function pairs(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
}
