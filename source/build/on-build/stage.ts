import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { guessEntrypoint, onBuildText } from '../../dockerfile/on-build.ts';
import type { ImageDetails } from '../../engine/engine.ts';
import { StiError } from '../../errors.ts';
import type { OpenedSource } from '../../origin/open.ts';
import { buildLabels, checkLabels, mergeLabels } from '../../protocol/image/labels.ts';
import { formatReference } from '../../protocol/image/reference.ts';
import { formatBytes, shortId } from '../../terminal/units.ts';
import { copyTree } from '../../tree/copy.ts';
import { packTree } from '../../tree/pack.ts';
import type { FileTree, TreeEntry } from '../../tree/tree.ts';
import { labelInfoOf } from '../image/label-info.ts';
import type { Job } from '../job.ts';
import { withExecutable } from '../scripts/resolve.ts';
import type { Builder } from '../steps/builder.ts';
import { type Committed, finish, removePrevious } from '../steps/commit.ts';
import { scriptsStage } from '../steps/scripts.ts';
import { environmentOf } from '../steps/source.ts';
import { removeWithDescendants, startingImage } from './starting-image.ts';

const scriptNames = ['assemble', 'run'] as const;

/**
 * Builds with a builder that has ONBUILD instructions, by the engine's own builder of Dockerfiles, which runs them
 * (docs/protocol.md, "Builders with ONBUILD").
 */
export async function buildOnBuild(
  job: Job,
  known: {
    readonly builder: Builder;
    readonly opened: Promise<OpenedSource>;
    readonly previous: Promise<ImageDetails | undefined>;
  },
): Promise<Committed> {
  const { reporter, request, checked } = job;
  const { builder } = known;
  const opened = await known.opened;
  const scripts = await scriptsStage(job, {
    builder,
    // They run from the root of the source, so those of the image are none.
    facts: Promise.resolve({ hasFile: () => false }),
    source: Promise.resolve(opened.tree),
    names: scriptNames,
    required: [],
  });
  const env = await environmentOf(job, opened.tree);
  const labels = mergeLabels(buildLabels(labelInfoOf(request, opened)), request.labels);
  checkLabels(mergeLabels(builder.image.config.labels, labels));

  const own = new Map(
    [...scripts.found].flatMap(([name, { content }]) => (content === undefined ? [] : [[name, content]])),
  );
  const programs = opened.tree.entries.filter(({ type, mode }) => type === 'file' && (mode & 0o111) !== 0);
  const entrypoint = guessEntrypoint(new Set([...own.keys(), ...programs.map(({ path }) => path)]));
  const { cmd, entrypoint: builders } = builder.image.config;
  if (entrypoint === undefined && cmd.length === 0 && builders.length === 0)
    throw noCommand(formatReference(request.builder));
  const hasAssemble = own.has('assemble') || opened.tree.entries.some(({ path }) => path === 'assemble');
  const tree = withExecutable(opened.tree, scripts.sourceScripts);
  const imageId = await reporter.step('assemble', async () => {
    const value = await buildFrom(job, builder.image, (base) => {
      const text = onBuildText({ builder: base, labels, env, hasAssemble, entrypoint });
      return { tree, scripts: own, text };
    });
    return { summary: `${builder.image.config.onBuild.length} ONBUILD instructions`, value };
  });
  return reporter.step('commit', async () => {
    const [image, previous] = [await finish(job, imageId), await known.previous];
    await removePrevious(job, previous, image?.id ?? imageId);
    const addedBytes = Math.max(0, (image?.size ?? 0) - builder.image.size);
    const value = {
      tag: checked.tag,
      imageId: image?.id ?? imageId,
      addedBytes,
      labels: image?.config.labels ?? labels,
      incremental: false,
      exposedPorts: image?.config.exposedPorts ?? [],
    };
    const summary = `${checked.tag ?? 'no tag'} · sha256:${shortId(value.imageId)} · +${formatBytes(addedBytes)}`;
    return { summary, value };
  });
}

/** The engine repeats what is in the Dockerfile, where a secret may not look like itself for the quotes around it. */
const isOwnLine = /^(?:\[\d+\/\d+\] )?step \d+\/\d+ ?: (?:ENV|LABEL) /i;

interface Context {
  readonly tree: FileTree;
  /** By their names at the root. */
  readonly scripts: ReadonlyMap<string, Uint8Array>;
  readonly text: string;
}

/** @param contextOf what to build, given the image to begin with */
async function buildFrom(job: Job, builder: ImageDetails, contextOf: (base: string) => Context): Promise<string> {
  const { engine, reporter, request, workspace, signal } = job;
  const output = reporter.output('assemble');
  const dockerfile = `.sti-${randomUUID()}`;
  const base = await startingImage(job, builder);
  const folder = await mkdtemp(join(workspace.folder, 'on-build-'));
  try {
    const { tree, scripts, text } = contextOf(base);
    const files = new Map<string, string | Uint8Array>([
      ...scripts,
      [dockerfile, text],
      // What leaves itself and the Dockerfile out is out before the first instruction sees the source.
      ['.dockerignore', `.dockerignore\n${dockerfile}\n`],
    ]);
    const content = await withFiles(tree, files, folder, signal);
    const context = packTree(content, { prefix: '', owner: { uid: 0, gid: 0 }, signal });
    const onOutput = (line: string) => (isOwnLine.test(line) ? undefined : output.sink('stdout', Buffer.from(line)));
    const spec = { dockerfile, settings: request.container, onOutput };
    const built = await engine.buildImage(context, spec, signal).finally(output.end);
    if ('imageId' in built) return built.imageId;
    throw new StiError('assemble', `the engine could not build it: ${built.failure}`, {
      lastLines: output.lastLines(),
      hint: 'Read its last lines: an ONBUILD instruction of the builder, or assemble, has failed.',
    });
  } catch (error) {
    await removeWithDescendants(engine, base);
    throw error;
  } finally {
    if (!request.keepWorkspace) await rm(folder, { recursive: true, force: true });
  }
}

/** A copy of the tree with these at its root, in the place of what it has there of the same name. */
async function withFiles(
  tree: FileTree,
  files: ReadonlyMap<string, string | Uint8Array>,
  root: string,
  signal: AbortSignal,
): Promise<FileTree> {
  const entries = tree.entries.filter(({ path }) => !files.has(path));
  await copyTree({ ...tree, entries }, root, { signal });
  const added: TreeEntry[] = [];
  for (const [path, content] of files) {
    await writeFile(join(root, path), content);
    added.push({ type: 'file', path, mode: 0o755, mtimeMs: Date.now(), size: Buffer.byteLength(content) });
  }
  return { root, entries: [...entries, ...added], disposable: true };
}

function noCommand(name: string): StiError {
  return new StiError('scripts', `nothing starts the application: neither the source nor ${name} has a command`, {
    hint: 'Add a program named run, start, exec or execute (.sh or not) at the root of the source, or .sti/bin/run.',
  });
}
