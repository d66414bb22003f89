import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { api, inspectImage, listImages } from './engine.ts';

/** Everything that a build could leave behind, each thing as a line for a person. */
export type Snapshot = ReadonlySet<string>;

const ofSti = /^sti-(?!test-)/;

interface ListedContainer {
  readonly Names: readonly string[];
  readonly State: string;
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
    listImages(),
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

/**
 * What one run of sti has left, told by the process id in the names of all it makes, after it had time to go: so that
 * other builds on the same engine don't matter.
 */
export async function leftBy(pid: number, options: LeftoverOptions = {}): Promise<string[]> {
  const deadline = Date.now() + (options.within ?? 10_000);
  const session = new RegExp(`^sti-[0-9a-f]{6}-${pid}-`);
  for (;;) {
    const left = [...(await snapshot(options.folders))].filter((thing) => {
      const [kind, name = ''] = thing.split(' ');
      if (options.allowNeverStarted && thing.endsWith(', never started')) return false;
      return (
        kind !== 'image' && kind !== 'volume' && session.test(name.slice(name.lastIndexOf('/') + 1).replace(/,$/, ''))
      );
    });
    left.push(...(await untaggedCommitsOf(pid)));
    if (left.length === 0 || Date.now() > deadline) return left;
    await sleep(200);
  }
}

/** Images without a tag that carry the comment of that run's commits. */
async function untaggedCommitsOf(pid: number): Promise<string[]> {
  const images = await listImages('dangling');
  const comments = await Promise.all(
    images.map(async ({ Id }) => ({ Id, comment: (await inspectImage(Id))?.Comment ?? '' })),
  );
  return comments.filter(({ comment }) => comment.includes(`-${pid}-`)).map(({ Id }) => `image ${Id}`);
}
