import { spawn } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { baseEntries } from '../../../test/support/bases.ts';
import { debianRoot } from '../../../test/support/debian-root.ts';
import { finished, importImage } from '../../images.mjs';
import { projectFolder } from '../../project.mjs';
import { type World, write } from '../world.ts';
import { packagesPath } from './packages.ts';
import type { Sample } from './samples.ts';

/** What one sample is measured with. */
export interface Stack {
  readonly builder: string;
  /** The application's files but for the one that saves change, without and with a Dockerfile. */
  readonly app: string;
  readonly context: string;
}

/** The base, the builder that the template makes of it, and the application in folders of its own. */
export async function makeStack(world: World, template: string, sample: Sample): Promise<Stack> {
  const folder = world.stage();
  const paths = { builder: join(folder, 'builder'), app: join(folder, 'app'), context: join(folder, 'context') };
  const packages = join(folder, 'base', 'packages');
  mkdirSync(packages, { recursive: true });
  const named = await sample.packages?.make(packages);
  const root = await makeRoot(world, sample, join(folder, 'root'));
  write(join(folder, 'base'), { Dockerfile: `FROM ${root}\nCOPY packages ${packagesPath}\n` });
  const base = `${world.name(`${template}-base`)}:latest`;
  await dockerBuild(world, join(folder, 'base'), base);

  const from = join(projectFolder, 'templates', template);
  cpSync(from, paths.builder, { recursive: true });
  const builder = `${world.name(template)}:latest`;
  await dockerBuild(world, paths.builder, builder, { base });
  cpSync(join(from, 'test/test-app'), paths.app, { recursive: true });
  write(paths.app, { ...sample.files, ...named });
  cpSync(paths.app, paths.context, { recursive: true });
  write(paths.context, { Dockerfile: `FROM ${base}\n${sample.dockerfile}` });
  return { builder, app: paths.app, context: paths.context };
}

async function makeRoot(world: World, { debian }: Sample, folder: string): Promise<string> {
  const { api, signal, name } = world;
  const repo = name('root');
  if (debian === undefined) {
    await importImage(api, `${repo}:latest`, await baseEntries('busybox'), [], signal);
  } else {
    const body = debianRoot(debian, folder);
    await finished(await api.open('POST', `/images/create?fromSrc=-&repo=${repo}&tag=latest`, { body, signal }));
  }
  return `${repo}:latest`;
}

interface DockerBuildOptions {
  readonly base?: string;
  readonly noCache?: boolean;
}

/** What `docker build` does, as engines have it without BuildKit. Milliseconds. */
export async function dockerBuild(
  { api, signal }: World,
  folder: string,
  tag: string,
  { base, noCache = false }: DockerBuildOptions = {},
): Promise<number> {
  const started = performance.now();
  const context = spawn('tar', ['-C', folder, '-cf', '-', '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const query = new URLSearchParams({ t: tag, forcerm: '1', ...(noCache && { nocache: '1' }) });
  if (base !== undefined) query.set('buildargs', JSON.stringify({ BASE: base }));
  await finished(await api.open('POST', `/build?${query}`, { body: context.stdout, signal }));
  return performance.now() - started;
}
