import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { api } from './engine.ts';

/** Everything that a build could leave behind, each thing as a line for a person. */
export type Snapshot = ReadonlySet<string>;

const ofSti = /^sti-(?!test-)/;

interface ListedContainer {
  readonly Names: readonly string[];
  readonly State: string;
}
interface ListedImage {
  readonly Id: string;
  readonly RepoTags: readonly string[] | null;
}
interface ListedVolumes {
  readonly Volumes: readonly { readonly Name: string }[] | null;
}

/**
 * Containers and temporary folders of sti's, volumes, and images without a tag. The tests' own things (`sti-test-…`) are
 * not in it.
 *
 * @param folders where sti was told to keep temporary folders, besides the system's own place for them
 */
export async function snapshot(folders: readonly string[] = []): Promise<Snapshot> {
  const [containers, images, volumes] = await Promise.all([
    api.json<ListedContainer[]>('GET', '/containers/json?all=1'),
    api.json<ListedImage[]>('GET', '/images/json'),
    api.json<ListedVolumes>('GET', '/volumes'),
  ]);
  return new Set([
    ...containers
      .filter(({ Names }) => Names.some((name) => ofSti.test(name.slice(1))))
      .map(
        ({ Names, State }) => `container ${Names.join(' ').slice(1)}${State === 'created' ? ', never started' : ''}`,
      ),
    ...images
      .filter(({ RepoTags }) => !RepoTags?.some((tag) => tag !== '<none>:<none>'))
      .map(({ Id }) => `image ${Id}`),
    ...(volumes.Volumes ?? []).map(({ Name }) => `volume ${Name}`),
    ...[tmpdir(), ...folders].flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => ofSti.test(name))
        .map((name) => `folder ${folder}/${name}`),
    ),
  ]);
}

export interface LeftoverOptions {
  readonly folders?: readonly string[];
  /** How long things may take to go, in milliseconds. */
  readonly within?: number;
  /** Containers that were created and never started don't count: a killed sti may leave one, the next removes it. */
  readonly allowNeverStarted?: boolean;
}

/** What is there now and wasn't before, after it had time to go: empty when all is well. */
export async function leftovers(before: Snapshot, options: LeftoverOptions = {}): Promise<string[]> {
  const deadline = Date.now() + (options.within ?? 10_000);
  for (;;) {
    const now = await snapshot(options.folders);
    const left = [...now].filter(
      (thing) => !before.has(thing) && !(options.allowNeverStarted && thing.endsWith(', never started')),
    );
    if (left.length === 0 || Date.now() > deadline) return left;
    await sleep(200);
  }
}
