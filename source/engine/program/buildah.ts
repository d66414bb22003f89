import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { type FailureCode, StiError } from '../../errors.ts';
import { familiarName } from '../../protocol/image/reference.ts';
import { imageConfig } from '../docker/answers.ts';
import { imageConfigFrom } from '../docker/config.ts';
import type { Environment } from '../endpoint/candidates.ts';
import type { Engine } from '../engine.ts';
import { ownUid } from '../own-uid.ts';
import { buildFlags, lastLine, readImageId } from './buildkit.ts';
import { buildahLine, byLine } from './lines.ts';
import { type ProgramEnd, runProgram } from './run.ts';

type Failed = (end: ProgramEnd) => StiError;

/** What of an image `buildah inspect` says that sti reads. */
const inspected = v.object({
  FromImageID: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  Manifest: v.nullish(v.string()),
  Docker: v.object({
    os: v.nullish(v.string()),
    architecture: v.nullish(v.string()),
    variant: v.nullish(v.string()),
    config: v.nullish(imageConfig),
    rootfs: v.nullish(v.object({ diff_ids: v.nullish(v.array(v.string())) })),
  }),
});
const layerSizes = v.object({ layers: v.array(v.object({ size: v.number() })) });

/**
 * The images of this user's buildah (and Podman), and its builds: an engine that has no containers for sti.
 * Rejects with `engine-unreachable` when buildah isn't here.
 */
export async function connectBuildah(
  env: Environment,
  cancelled: AbortSignal,
  findLogin: Engine['findLogin'],
): Promise<Engine> {
  const run = (words: readonly string[], failed: Failed, signal?: AbortSignal) =>
    buildah(words, { env, failed, signal });
  const { stdout } = await run(['--version'], notHere, cancelled);
  const version = /\d+\.\d+[\w.+-]*/.exec(stdout)?.[0] ?? '';
  const rootless = (await ownUid()) !== 0;
  const noContainers = (): Promise<never> => Promise.reject(new StiError('bug', 'buildah runs no containers for sti'));

  const engine: Engine = {
    about: {
      ...{ kind: 'podman', address: 'buildah', from: '--builder', secure: false, socketPath: undefined },
      ...{ apiVersion: version, rootless },
    },
    ping: async () => {},
    describe: noContainers,
    async inspectImage(reference, signal) {
      const words = ['inspect', '--type', 'image', reference];
      const end = await runProgram(['buildah', ...words], { env, signal });
      if (end.exitCode !== 0) {
        if (isUnknown(end)) return undefined;
        throw failure('engine-failed', `buildah could not inspect ${reference}`)(end);
      }
      const { FromImageID, Docker, Manifest } = v.parse(inspected, JSON.parse(end.stdout));
      return {
        id: `sha256:${FromImageID}`,
        size: sizeOf(Manifest ?? ''),
        layers: Docker.rootfs?.diff_ids ?? [],
        platform: [Docker.os, Docker.architecture, Docker.variant].filter(Boolean).join('/'),
        config: imageConfigFrom(Docker.config),
        tags: reference.startsWith('sha256:') ? [] : [familiarName(reference)],
      };
    },
    async pullImage(reference, { onStatus, platform }, signal) {
      const failed = failure('builder', `buildah could not pull ${reference}`);
      const lines = byLine(onStatus);
      const only = platform === undefined ? [] : ['--platform', platform];
      await buildah(['pull', ...tlsFlags(reference), ...only, reference], { env, failed, signal, onOutput: lines.add });
    },
    pushImage: (reference, { onStatus }, signal) =>
      withFolder(async (folder) => {
        const file = join(folder, 'digest');
        const failed = failure('push', `${reference} is built, but could not be pushed`);
        const words = ['push', ...tlsFlags(reference), '--digestfile', file, reference];
        await buildah(words, { env, failed, signal, onOutput: byLine(onStatus).add });
        return (await readFile(file, 'utf8')).trim();
      }),
    findLogin,
    async saveImage(reference, signal) {
      const folder = await mkdtemp(join(tmpdir(), 'sti-save-'));
      try {
        const file = join(folder, 'image.tar');
        const failed = failure('export', `buildah could not write the image ${reference}`);
        await run(['push', '--quiet', reference, `docker-archive:${file}${named(reference)}`], failed, signal);
        const tar = createReadStream(file);
        tar.on('close', () => void rm(folder, { recursive: true, force: true }).catch(() => {}));
        return tar;
      } catch (error) {
        await rm(folder, { recursive: true, force: true });
        throw error;
      }
    },
    async tagImage(imageId, reference) {
      await run(['tag', imageId, reference], failure('engine-failed', `buildah could not tag ${reference}`));
    },
    async removeImage(reference) {
      const end = await runProgram(['buildah', 'rmi', reference], { env });
      return end.exitCode === 0 ? 'removed' : isUnknown(end) ? 'absent' : 'in-use';
    },
    async buildFolder(folder, { scratch, clean, settings, secrets, onOutput, onStatus }, signal) {
      const idFile = join(scratch, 'image-id');
      // The format and the label: what `sti build` makes has health checks, and nothing of the program that built it.
      const own = ['--format', 'docker', '--identity-label=false', '--pull=false', '--iidfile', idFile];
      const command = ['buildah', 'build', ...own, ...buildFlags(clean, settings, secrets), folder];
      const lines = byLine(buildahLine({ onOutput, onStatus }));
      const { exitCode, stderr } = await runProgram(command, { env, signal, onOutput: lines.add });
      await lines.end();
      if (exitCode === 0) return { imageId: await readImageId(idFile) };
      return { failure: lastLine(stderr).replace(/^Error: /, '') || `it ended with exit code ${exitCode}` };
    },
    descendants: async () => [],
    danglingImages: async () => [],
    listContainers: async () => [],
    removeContainer: async () => {},
    buildImage: noContainers,
    createContainer: noContainers,
    attach: noContainers,
    start: noContainers,
    wait: noContainers,
    leaveNetwork: noContainers,
    waitRemoved: noContainers,
    inspectContainer: noContainers,
    usage: noContainers,
    stop: noContainers,
    changes: noContainers,
    commit: noContainers,
    exec: noContainers,
    attachExec: noContainers,
    putArchive: noContainers,
    getArchive: noContainers,
    statPath: noContainers,
    close() {},
  };
  return engine;
}

async function buildah(
  words: readonly string[],
  { failed, ...options }: { readonly failed: Failed } & Parameters<typeof runProgram>[1],
): Promise<ProgramEnd> {
  const end = await runProgram(['buildah', ...words], options);
  if (end.exitCode !== 0) throw failed(end);
  return end;
}

function failure(code: FailureCode, what: string): Failed {
  return ({ stderr }) =>
    new StiError(code, `${what}: ${lastLine(stderr).replace(/^Error: /, '')}`, {
      hint: 'Run the same with buildah itself; it may say more.',
    });
}

function notHere(): StiError {
  return new StiError('engine-unreachable', 'buildah is not installed', {
    hint: 'Install it (Debian, Fedora: buildah), or leave --builder out.',
  });
}

function isUnknown({ stderr }: ProgramEnd): boolean {
  return /image not known|no such image|not found|does not exist/i.test(stderr);
}

/** As engines treat a registry of this machine. */
function tlsFlags(reference: string): string[] {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?\//.test(reference) ? ['--tls-verify=false'] : [];
}

/** An archive names no image by its id. */
function named(reference: string): string {
  return reference.startsWith('sha256:') ? '' : `:${reference}`;
}

function sizeOf(manifest: string): number {
  try {
    return v.parse(layerSizes, JSON.parse(manifest)).layers.reduce((sum, { size }) => sum + size, 0);
  } catch {
    return 0;
  }
}

async function withFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'sti-save-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
