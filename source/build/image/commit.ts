import { Readable } from 'node:stream';
import { extract, pack } from 'tar-stream';
import type { Engine, ImageDetails } from '../../engine/engine.ts';
import { messageOf, StiError } from '../../errors.ts';
import { outputConfig } from '../../protocol/image/config.ts';
import { type BuildLabelInfo, buildLabels, checkLabels, mergeLabels } from '../../protocol/image/labels.ts';
import { malformed, parseImageMetadata } from '../../protocol/image/metadata.ts';
import { installedRun, metadataFile } from '../../protocol/paths.ts';
import type { BuildContainer } from '../container/container.ts';
import type { ResolvedScript } from '../scripts/resolve.ts';
import { commitComment } from '../workspace/id.ts';
import type { Workspace } from '../workspace/workspace.ts';

/**
 * Puts a run script that isn't in the image where the output image starts it. Safe while other scripts run in the
 * container. Parents come explicitly, so that their mode doesn't depend on the engine.
 */
export async function installRun(
  engine: Engine,
  containerId: string,
  run: ResolvedScript,
  signal?: AbortSignal,
): Promise<void> {
  const tar = pack();
  const root = { uid: 0, gid: 0, mode: 0o755 };
  const [folder = ''] = /^\/.*(?=\/)/.exec(installedRun) ?? [];
  for (const path of parents(folder)) {
    // A folder that the image has keeps its mode and owner.
    if ((await engine.statPath(containerId, path, signal)) === undefined) {
      tar.entry({ ...root, name: `${path.slice(1)}/`, type: 'directory' });
    }
  }
  tar.entry({ ...root, name: installedRun.slice(1) }, run.content ?? Buffer.alloc(0));
  tar.finalize();
  await engine.putArchive(containerId, '/', Readable.from(tar), signal);
}

function parents(folder: string): string[] {
  const parts = folder.split('/').filter((part) => part !== '');
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}

const maxMetadataBytes = 1024 * 1024;

/** Labels that assemble wrote into the metadata file; the file stays out of the image. */
export async function readMetadata(
  engine: Engine,
  container: BuildContainer,
  signal?: AbortSignal,
): Promise<Record<string, string>> {
  const folder = metadataFile.slice(0, metadataFile.lastIndexOf('/'));
  const listed = await container.gate.list(folder);
  if (!listed.includes(metadataFile)) return {};
  const tar = await engine.getArchive(container.gate.id, metadataFile, signal);
  if (tar === undefined) return {};
  const labels = parseImageMetadata(await onlyFile(tar));
  if (!metadataFile.startsWith(`${container.destination}/`)) {
    await engine.exec(container.gate.id, { command: ['rm', '-f', metadataFile], user: '0' }, signal);
  }
  return labels;
}

/** The one file of an archive; whatever else it is, or a size beyond the limit, ends the stream before its content. */
async function onlyFile(tar: Readable): Promise<string> {
  const list = extract();
  tar.on('error', (error) => list.destroy(error));
  tar.pipe(list);
  try {
    for await (const entry of list) {
      const { type, size = 0 } = entry.header;
      if (type !== 'file') throw malformed('it is not a regular file');
      if (size > maxMetadataBytes) throw malformed(`it is larger than ${maxMetadataBytes / 1024} KiB`);
      const chunks: Buffer[] = [];
      for await (const chunk of entry) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
      return Buffer.concat(chunks).toString('utf8');
    }
    return '';
  } finally {
    tar.destroy();
    list.destroy();
  }
}

export interface CommitRequest {
  readonly builder: ImageDetails;
  readonly run: ResolvedScript;
  readonly env: readonly string[];
  readonly labelInfo: BuildLabelInfo;
  /** From the metadata file, then `--label`; later wins. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Processes may still run in the container. */
  readonly pause: boolean;
}

export interface Committed {
  readonly imageId: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Commits the container as docs/protocol.md ("commit") says. Not abortable: an image that nobody knows of would be left. */
export async function commit(
  engine: Engine,
  workspace: Workspace,
  container: BuildContainer,
  request: CommitRequest,
): Promise<Committed> {
  const { builder, run } = request;
  const labels = mergeLabels(builder.config.labels, buildLabels(request.labelInfo), request.metadata, request.labels);
  checkLabels(labels);
  const config = outputConfig(builder.config, {
    runPath: run.content === undefined ? run.path : installedRun,
    env: request.env,
    labels,
    containerUser: container.user,
  });
  workspace.commitStarted();
  try {
    const imageId = await engine.commit(container.gate.id, {
      config,
      comment: commitComment(workspace.name),
      pause: request.pause,
    });
    return { imageId, labels };
  } catch (cause) {
    if (cause instanceof StiError && cause.code !== 'engine-failed') throw cause;
    throw new StiError('commit', `the image could not be committed: ${messageOf(cause)}`, {
      cause,
      hint: 'Check whether the engine has room on its disk (docker system df), then build again.',
    });
  }
}
