import { resolve } from 'node:path';
import type { BuildRequest } from '../../build/request.ts';
import type { ContainerSettings } from '../../engine/engine.ts';
import { StiError } from '../../errors.ts';
import { type EnvironmentVariable, parseEnvironmentFile } from '../../protocol/environment.ts';
import type { Application } from '../config/apply.ts';
import type { OptionValues } from '../options/table.ts';
import { checkBuilder } from './builder.ts';
import { checkAuthorities, readNamed, readSecrets } from './files.ts';

const maxEnvironmentBytes = 1024 * 1024;

/**
 * What is to be built. Reads the environment file and the secrets, looks nothing else up.
 * @param cwd what the environment file's path is relative to
 * @throws StiError `usage`
 */
export async function readBuildRequest(
  application: Application,
  cwd: string,
): Promise<{ request: BuildRequest; warnings: readonly string[] }> {
  checkBuilder(application);
  const { source, image: builder, tag, options, below, above, warnings } = application;
  const envFile = await readEnvironmentFile(options.envFile, cwd);
  const request: BuildRequest = {
    source,
    builder,
    tag,
    ref: options.ref,
    contextDir: options.contextDir,
    scriptsUrl: options.scripts,
    env: options.env,
    envFile: [...below, ...envFile.variables, ...above],
    labels: options.labels,
    applicationName: options.applicationName,
    description: options.description,
    destination: options.destination,
    imageScriptsUrl: options.imageScriptsUrl,
    exclude: options.exclude,
    ignoreSubmodules: options.ignoreSubmodules,
    assembleUser: options.assembleUser,
    allowedUids: options.allowedUids,
    container: containerSettings(options),
    volumes: options.volume.map((mount) =>
      mount.type === 'bind' ? { ...mount, source: resolve(cwd, mount.source) } : mount,
    ),
    inject: options.inject.map(({ source: from, target }) => ({ source: resolve(cwd, from), target })),
    secrets: await readSecrets(options.secret, cwd),
    ca: await checkAuthorities(options.ca, cwd),
    runtime: runtimeRequest(options),
    clean: options.clean || !options.incremental,
    removePrevious: options.rm,
    outputs: options.output.map(({ form, path }) => ({ form, path: resolve(cwd, path) })),
    push: options.push,
    sbom: options.sbom,
    pullPolicy: options.pullPolicy,
    incrementalPullPolicy: options.incrementalPullPolicy,
    callbackUrl: options.callbackUrl,
    metadataFile: options.metadataFile && resolve(cwd, options.metadataFile),
    keepWorkspace: options.savetempdir,
    artifactsTimeout: options.artifactsTimeout,
    transport: options.transport,
  };
  return { request, warnings: [...warnings, ...envFile.warnings] };
}

function runtimeRequest(options: OptionValues): BuildRequest['runtime'] {
  const { runtimeImage: image, runtimeArtifact: artifacts, assembleRuntimeUser: user } = options;
  if (image !== undefined) return { image, artifacts, user, pullPolicy: options.runtimePullPolicy };
  const lonely =
    artifacts.length > 0 ? '--runtime-artifact' : user === undefined ? undefined : '--assemble-runtime-user';
  if (lonely === undefined) return undefined;
  throw new StiError('usage', `${lonely} needs --runtime-image`, { hint: 'Name the image with --runtime-image.' });
}

function containerSettings({ network, addHost, capDrop, memory, cpus, platform }: OptionValues): ContainerSettings {
  return { network, addHost, capDrop, memory, cpus, platform };
}

async function readEnvironmentFile(
  file: string | undefined,
  cwd: string,
): Promise<{ variables: readonly EnvironmentVariable[]; warnings: readonly string[] }> {
  if (file === undefined) return { variables: [], warnings: [] };
  const from = '--env-file, or to envFile in .sti/config.json';
  const content = await readNamed({ file, what: 'the environment file', from, maxBytes: maxEnvironmentBytes }, cwd);
  return parseEnvironmentFile(content.toString('utf8'), file);
}
