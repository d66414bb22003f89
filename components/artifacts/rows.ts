import type { ArtifactsState, DevState } from '../../source/dev/state/state.ts';
import { formatBytes, formatFiles, shortId } from '../../source/terminal/units.ts';
import { padEnd, padStart } from '../../source/terminal/width.ts';
import { rememberLast, treeOf } from './folders.ts';
import { contentRows, countChanges, type KindShown } from './image.ts';
import { folderRows, type TreeRow } from './row.ts';

const foldersOf = rememberLast((artifacts: ArtifactsState) => treeOf(artifacts.entries));

/** Name, what there is of it, size: each below the other's. */
type Cells = readonly [string, string, string];

/** What save-artifacts saved and what the image has, as far as it's opened. */
export function artifactRows(state: DevState, open: ReadonlySet<string>, kind: KindShown = 'all'): TreeRow[] {
  const { artifacts, image, builder } = state;
  const [saved, made] = [savedCells(state), imageCells(state)];
  const head = (name: 'saved' | 'image', cells: Cells, isFull: boolean, detail: string): TreeRow => {
    const columns = cells.map((cell, at) => {
      const width = Math.max(
        cell.length,
        isShort(saved) || isShort(made) ? 0 : (saved[at] ?? '').length,
        (made[at] ?? '').length,
      );
      return at === 2 ? padStart(cell, width) : padEnd(cell, width);
    });
    const text = `${name}  ${isShort(cells) ? cells[0] : columns.join('  ')}`.trimEnd();
    return { key: name, depth: 0, open: isFull ? open.has(name) : undefined, text, detail };
  };
  const folders = artifacts === undefined ? [] : foldersOf(artifacts);
  const inSaved = open.has('saved') ? folders : [];
  const changes = image?.changes ?? [];
  return [
    head('saved', saved, folders.length > 0, artifacts?.from ?? ''),
    ...inSaved.flatMap((folder) => folderRows(folder, { prefix: 'saved', depth: 1, open })),
    head('image', made, changes.length > 0, describeAdded(state)),
    ...(image !== undefined && open.has('image') ? contentRows(image, builder, { open, kind }) : []),
  ];
}

function isShort([, what, size]: Cells): boolean {
  return what === '' && size === '';
}

function savedCells(state: DevState): Cells {
  const { artifacts } = state;
  if (artifacts === undefined) return [describeMissing(state), '', ''];
  const folders = foldersOf(artifacts);
  const names = folders.slice(0, 2).map(({ name }) => name.replace(/\/$/, ''));
  const more = folders.length > 2 ? ` +${folders.length - 2}` : '';
  const what = folders.length === 0 ? 'nothing' : names.join(', ') + more;
  return [what, formatFiles(artifacts.files), formatBytes(artifacts.bytes)];
}

/** Whether the build had artifacts of an earlier one, and why not. */
function describeMissing(state: DevState): string {
  const build = state.builds.findLast(({ steps }) => steps.some(({ name }) => name === 'artifacts'));
  return build?.steps.find(({ name }) => name === 'artifacts')?.summary || 'nothing yet';
}

function imageCells(state: DevState): Cells {
  const { image } = state;
  const tag = state.tag ?? 'without a tag';
  if (image === undefined) return [`${tag}  ${describeNoImage(state)}`, '', ''];
  return [tag, shortId(image.imageId).slice(0, 8), image.bytes === undefined ? '' : formatBytes(image.bytes)];
}

function describeNoImage({ builds, tag, finished }: DevState): string {
  if (finished === 'failed') return tag === null ? 'none was made' : 'none was made; the tag stays where it was';
  return builds.at(-1)?.end === 'served' && tag !== null ? 'made when nothing is saved for a while' : 'none yet';
}

/** `+1.2 MB over the builder · 12 added` */
function describeAdded({ image }: DevState): string {
  const { addedBytes, changes } = image ?? {};
  const parts = [
    ...(addedBytes === undefined ? [] : [`+${formatBytes(addedBytes)} over the builder`]),
    ...(changes === undefined ? [] : [countChanges(changes)]),
  ];
  return parts.join(' · ');
}
