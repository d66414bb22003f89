import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { baseEntries } from '../../../test/support/bases.ts';
import { debianRoot } from '../../../test/support/debian-root.ts';
import { buildFolder, importImage } from '../../../test/support/images.ts';
import { writePrograms } from '../../../test/support/write-files.ts';
import { projectFolder } from '../../project.mjs';
import type { World } from '../world.ts';
import { packagesPath } from './packages/packages.ts';
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
  // Before the packages, which are made with the same programs: where this machine lacks them, it says which.
  const root = await makeRoot(world, sample, join(folder, 'root'));
  const named = await sample.packages?.make(packages, world);
  writePrograms(join(folder, 'base'), { Dockerfile: `FROM ${root}\nCOPY packages ${packagesPath}\n` });
  const base = `${world.name(`${template}-base`)}:latest`;
  await dockerBuild(world, join(folder, 'base'), base);

  const from = join(projectFolder, 'templates', template);
  cpSync(from, paths.builder, { recursive: true });
  const builder = `${world.name(template)}:latest`;
  await dockerBuild(world, paths.builder, builder, { base });
  cpSync(join(from, 'test/test-app'), paths.app, { recursive: true });
  writePrograms(paths.app, { ...sample.files, ...named });
  cpSync(paths.app, paths.context, { recursive: true });
  writePrograms(paths.context, { Dockerfile: `FROM ${base}\n${sample.dockerfile}` });
  return { builder, app: paths.app, context: paths.context };
}

async function makeRoot({ api, signal, name }: World, { debian }: Sample, folder: string): Promise<string> {
  const tag = `${name('root')}:latest`;
  const layer = debian === undefined ? await baseEntries('busybox') : debianRoot(debian, folder);
  await importImage(api, tag, layer, [], signal);
  return tag;
}

interface DockerBuildOptions {
  readonly base?: string;
  readonly noCache?: boolean;
}

/** `docker build`. Milliseconds. */
export async function dockerBuild(
  { api, signal }: World,
  folder: string,
  tag: string,
  { base, noCache = false }: DockerBuildOptions = {},
): Promise<number> {
  const started = performance.now();
  const buildargs = base === undefined ? {} : { buildargs: JSON.stringify({ BASE: base }) };
  await buildFolder(api, folder, { tag, query: { ...buildargs, ...(noCache && { nocache: '1' }) }, signal });
  return performance.now() - started;
}
