import { chmodSync } from 'node:fs';
import type { ImageInspectInfo } from 'dockerode';
import { afterAll } from 'vitest';
import { type Builder, type BuilderName, makeBuilder } from './builders.ts';
import { eventsOf } from './dev-events.ts';
import { api, inspectImage, testTag } from './engine.ts';
import { type StiEnded, type StiOptions, sti } from './sti.ts';
import { tempFolder, writeFiles } from './temp.ts';

/** Images that no tag names any more: the tests' end removes only what has one. */
const untagged = new Set<string>();
afterAll(async () => {
  for (const id of untagged) await api.call('DELETE', `/images/${id}`).catch(() => {});
  untagged.clear();
});

/** Lets an image without a tag go when the test file has ended. */
export function removeLater(imageId: string): void {
  untagged.add(imageId);
}

/** A source folder with an `index.html` and whatever else is given: path → content. */
export function appSource(files: Readonly<Record<string, string>> = {}): string {
  const folder = tempFolder();
  // For builds as another user.
  chmodSync(folder, 0o755);
  writeFiles(folder, { 'index.html': 'hello\n', ...files });
  return folder;
}

export interface BuildOptions extends StiOptions {
  /** {@link appSource} when absent. */
  readonly source?: string;
  /** A tag of its own when absent. */
  readonly tag?: string;
  readonly args?: readonly string[];
}

export interface BuildEnded extends StiEnded {
  readonly tag: string;
  /** stdout and stderr, for checks that don't care which. */
  readonly output: string;
}

/** `sti build` to its end, good or bad, with `--progress json` unless `args` say otherwise. */
export async function tryBuild(builder: BuilderName | Builder, options: BuildOptions = {}): Promise<BuildEnded> {
  return buildWith(await makeBuilder(builder), options);
}

/** `sti build` that must succeed. */
export async function build(builder: BuilderName | Builder, options: BuildOptions = {}): Promise<BuildEnded> {
  return succeeded(await tryBuild(builder, options));
}

/** The same with a builder that has a name. */
export async function buildWith(builderTag: string, options: BuildOptions = {}): Promise<BuildEnded> {
  const { source = appSource(), tag = testTag('app'), args = [] } = options;
  const before = await inspectImage(tag);
  if (before) removeLater(before.Id);
  const face = args.includes('--progress') ? [] : ['--progress', 'json'];
  const ended = await sti(['build', source, builderTag, tag, ...face, ...args], options);
  return { ...ended, tag, output: ended.stdout + ended.stderr };
}

/** Passes a build on; one that failed is an error with all that it printed. */
export function succeeded<Ended extends StiEnded>(ended: Ended): Ended {
  if (ended.exitCode !== 0) throw new Error(`sti ended with ${ended.exitCode}:\n${ended.stdout}${ended.stderr}`);
  return ended;
}

/** Whether a build with `--progress json` reused artifacts. */
export function isIncremental(ended: StiEnded): boolean {
  const [end] = eventsOf(ended, 'build-finished');
  return end?.outcome.ok === true && end.outcome.result.incremental;
}

/** An image that must be there. */
export async function imageOf(reference: string): Promise<ImageInspectInfo> {
  const image = await inspectImage(reference);
  if (image === undefined) throw new Error(`there is no image ${reference}`);
  return image;
}
