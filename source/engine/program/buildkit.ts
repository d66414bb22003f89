import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StiError } from '../../errors.ts';
import type { BuildFolder, FolderSettings, SecretFile } from '../build-folder.ts';
import type { Environment } from '../endpoint/candidates.ts';
import type { Engine } from '../engine.ts';
import { buildkitLine, byLine } from './lines.ts';
import { runProgram } from './run.ts';

/**
 * The same engine, which builds Dockerfiles by BuildKit: by `docker buildx` with the builder that the user has chosen, or, where
 * the client has no buildx, by the engine's own.
 * @throws StiError `usage` for an engine that has none
 */
export function withBuildKit(engine: Engine, env: Environment): Engine {
  if (engine.about.kind === 'podman') {
    throw new StiError('usage', '--builder buildkit: Podman has no BuildKit', {
      hint: 'Use --builder buildah, or name an engine of Docker with --url.',
    });
  }
  const buildFolder: BuildFolder = async (
    folder,
    { scratch, clean, settings, secrets, onOutput, onStatus },
    signal,
  ) => {
    const own = { ...environmentFor(engine, env), DOCKER_BUILDKIT: '1', BUILDX_NO_DEFAULT_ATTESTATIONS: '1' };
    const buildx = await runProgram(['docker', 'buildx', 'version'], { env: own, signal });
    if (buildx.exitCode === 127) throw noDocker();
    const idFile = join(scratch, 'image-id');
    const command = [
      ...(buildx.exitCode === 0 ? ['docker', 'buildx', 'build', '--load'] : ['docker', 'build']),
      ...['--progress', 'plain', '--iidfile', idFile, ...buildFlags(clean, settings, secrets), folder],
    ];
    const lines = byLine(buildkitLine({ onOutput, onStatus }));
    const { exitCode, stderr, stdout } = await runProgram(command, { env: own, signal, onOutput: lines.add });
    await lines.end();
    if (exitCode === 0) return { imageId: await readImageId(idFile) };
    if (/buildx component is missing/i.test(stderr)) throw noBuildx();
    return { failure: lastLine(stderr) || lastLine(stdout) || `it ended with exit code ${exitCode}` };
  };
  return { ...engine, buildFolder };
}

/** Options that both programs have. */
export function buildFlags(
  clean: boolean,
  { network, addHost = [], platform }: FolderSettings = {},
  secrets: readonly SecretFile[] = [],
): string[] {
  return [
    ...(clean ? ['--no-cache'] : []),
    ...(network === undefined ? [] : ['--network', network]),
    ...(platform === undefined ? [] : ['--platform', platform]),
    ...addHost.flatMap((entry) => ['--add-host', entry]),
    ...secrets.flatMap(({ id, path }) => ['--secret', `id=${id},src=${path}`]),
  ];
}

export async function readImageId(file: string): Promise<string> {
  const id = (await readFile(file, 'utf8')).trim();
  if (/^sha256:[0-9a-f]{64}$/.test(id)) return id;
  throw new StiError('commit', 'the Dockerfile was built, but the program reported no image id', {
    hint: 'Build with --verbose to see what it said.',
  });
}

export function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1)?.trim() ?? '';
}

/** The client is to use this engine; certificates that a docker context has only it can find. */
function environmentFor({ about }: Engine, env: Environment): Environment {
  if (about.secure && !env['DOCKER_CERT_PATH']) return env;
  const { DOCKER_CONTEXT: _, ...others } = env;
  return { ...others, DOCKER_HOST: about.address };
}

function noDocker(): StiError {
  return new StiError('engine-unreachable', 'docker is not installed, and --builder buildkit needs it', {
    hint: 'Install the client of Docker (Debian: docker.io), or leave --builder out.',
  });
}

function noBuildx(): StiError {
  return new StiError('engine-unreachable', 'docker has no buildx plugin, and --builder buildkit needs it', {
    hint: 'Install it (docker-buildx-plugin, Debian: docker-buildx), or leave --builder out.',
  });
}
