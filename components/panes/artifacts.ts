import type { ChangedFile } from '../../source/build/events.ts';
import type { ArtifactsState, DevState, ImageState } from '../../source/dev/state/state.ts';
import { formatBytes, formatFiles, shortId } from '../../source/terminal/units.ts';
import { type Folder, rememberLast, treeOf } from '../model/tree.ts';

/** A row of the Artifacts pane. */
export interface TreeRow {
  /** Names it among those that can be opened. */
  readonly key: string;
  readonly depth: number;
  /** Undefined: there is nothing to open. */
  readonly open: boolean | undefined;
  readonly text: string;
  /** Behind the text, and its end stays when room is short. */
  readonly path?: string;
  /** Shown faint behind the text. */
  readonly detail: string;
}

const foldersOf = rememberLast((artifacts: ArtifactsState) => treeOf(artifacts.entries));
const sortedChanges = rememberLast((changes: readonly ChangedFile[]) =>
  changes.toSorted((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1)),
);
const signs = { added: '+', changed: '~', deleted: '-' } as const;

/** What save-artifacts saved and what the image gained, as far as it's opened. */
export function artifactRows(state: DevState, open: ReadonlySet<string>): TreeRow[] {
  return [...savedRows(state, open), ...imageRows(state, open)];
}

function savedRows(state: DevState, open: ReadonlySet<string>): TreeRow[] {
  const { artifacts } = state;
  if (artifacts === undefined) {
    const text = describeMissing(state);
    return [{ key: 'saved', depth: 0, open: undefined, text: `saved  ${text}`, detail: '' }];
  }
  const folders = foldersOf(artifacts);
  const names = folders.slice(0, 2).map(({ name }) => name.replace(/\/$/, ''));
  const more = folders.length > 2 ? ` +${folders.length - 2}` : '';
  const what = folders.length === 0 ? 'nothing' : names.join(', ') + more;
  const size = `${formatFiles(artifacts.files)}  ${formatBytes(artifacts.bytes)}`;
  const text = `saved  ${what}  ${size}`;
  const isOpen = open.has('saved');
  const head = { key: 'saved', depth: 0, open: folders.length > 0 ? isOpen : undefined, text, detail: artifacts.from };
  return [head, ...(isOpen ? folders.flatMap((folder) => folderRows(folder, 1, open)) : [])];
}

function folderRows(folder: Folder, depth: number, open: ReadonlySet<string>): TreeRow[] {
  const key = `saved/${folder.path}`;
  const { children, name, bytes, files } = folder;
  const isOpen = children === undefined ? undefined : open.has(key);
  const text = `${formatBytes(bytes).padStart(7)}  `;
  const row = { key, depth, open: isOpen, text, path: name, detail: children === undefined ? '' : formatFiles(files) };
  return [row, ...(isOpen ? (children ?? []).flatMap((child) => folderRows(child, depth + 1, open)) : [])];
}

/** Whether the build had artifacts of an earlier one, and why not. */
function describeMissing(state: DevState): string {
  const build = state.builds.findLast(({ steps }) => steps.some(({ name }) => name === 'artifacts'));
  return build?.steps.find(({ name }) => name === 'artifacts')?.summary || 'nothing yet';
}

function imageRows(state: DevState, open: ReadonlySet<string>): TreeRow[] {
  const { image, tag } = state;
  if (image === undefined) {
    const text = `image  ${tag ?? 'without a tag'}  ${describeNoImage(state)}`;
    return [{ key: 'image', depth: 0, open: undefined, text, detail: '' }];
  }
  const isOpen = open.has('image');
  const changes = image.changes ?? [];
  const head = {
    key: 'image',
    depth: 0,
    open: changes.length > 0 ? isOpen : undefined,
    text: `image  ${tag ?? 'without a tag'}  ${shortId(image.imageId)}${sizes(image)}`,
    detail: image.changes === undefined ? '' : countChanges(image.changes),
  };
  return [head, ...(isOpen ? sortedChanges(changes).map(changeRow) : [])];
}

function describeNoImage({ builds, tag, finished }: DevState): string {
  if (finished === 'failed') return tag === null ? 'none was made' : 'none was made; the tag stays where it was';
  return builds.at(-1)?.end === 'served' && tag !== null ? 'made when nothing is saved for a while' : 'none yet';
}

function sizes({ bytes, addedBytes }: ImageState): string {
  const whole = bytes === undefined ? '' : `  ${formatBytes(bytes)}`;
  return addedBytes === undefined ? whole : `${whole}  +${formatBytes(addedBytes)} over the builder`;
}

function countChanges(changes: readonly ChangedFile[]): string {
  if (changes.length === 0) return 'no files changed';
  const parts = (['added', 'changed', 'deleted'] as const).flatMap((kind) => {
    const count = changes.filter((change) => change.kind === kind).length;
    return count === 0 ? [] : [`${count} ${kind}`];
  });
  return parts.join(', ');
}

function changeRow({ kind, path, bytes }: ChangedFile): TreeRow {
  const size = kind === 'deleted' ? '' : formatBytes(bytes);
  const text = `${size.padStart(7)}  ${signs[kind]} `;
  return { key: `image/${path}`, depth: 1, open: undefined, text, path, detail: '' };
}
