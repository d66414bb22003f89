import type { ChangedFile } from '../../source/build/events.ts';
import type { ImageState } from '../../source/dev/state/state.ts';
import { formatFiles } from '../../source/terminal/units.ts';
import { rememberLast, treeOf } from './folders.ts';
import { folderRows, sizeCell, type TreeRow } from './row.ts';
import { foundTwice, type Twice } from './twice.ts';

export const kindsShown = ['all', 'added', 'changed', 'deleted'] as const;
/** Of the image's files those that are shown. */
export type KindShown = (typeof kindsShown)[number];

const ofKind = (kind: KindShown) =>
  rememberLast((changes: readonly ChangedFile[]) =>
    treeOf(changes.filter((change) => kind === 'all' || change.kind === kind)),
  );
const treesOf = {
  all: ofKind('all'),
  added: ofKind('added'),
  changed: ofKind('changed'),
  deleted: ofKind('deleted'),
} satisfies Readonly<Record<KindShown, unknown>>;
const twiceOf = rememberLast(foundTwice);
/** Nobody reads on. */
const mostPairs = 50;

/** What is in the image: the builder beside the application, the application's files by folder, and what is there twice. */
export function contentRows(
  { bytes, addedBytes, changes }: ImageState,
  builder: string,
  { open, kind }: { readonly open: ReadonlySet<string>; readonly kind: KindShown },
): TreeRow[] {
  if (changes === undefined) return [];
  const total = bytes === undefined || addedBytes === undefined || bytes < addedBytes ? undefined : bytes;
  const row = (key: string, size: number, path: string, detail: string): TreeRow => {
    const share = total === undefined || total === 0 ? {} : { share: size / total };
    return { key, depth: 1, open: undefined, text: sizeCell(size), path, detail, ...share };
  };
  const beside =
    total === undefined || addedBytes === undefined
      ? []
      : [
          row('image/builder', total - addedBytes, 'builder', builder),
          row('image/application', addedBytes, 'application', countChanges(changes)),
        ];
  const folders = treesOf[kind](changes).flatMap((folder) => folderRows(folder, { prefix: 'image', depth: 1, open }));
  const none = { ...row('image/none', 0, `nothing was ${kind}`, ''), text: '' };
  return [
    ...beside,
    ...(folders.length === 0 && kind !== 'all' ? [none] : folders),
    ...twiceRows(twiceOf(changes), open),
  ];
}

/** `12 added, 1 changed` */
export function countChanges(changes: readonly ChangedFile[]): string {
  if (changes.length === 0) return 'no files changed';
  const parts = (['added', 'changed', 'deleted'] as const).flatMap((kind) => {
    const count = changes.filter((change) => change.kind === kind).length;
    return count === 0 ? [] : [`${count} ${kind}`];
  });
  return parts.join(', ');
}

function twiceRows(pairs: readonly Twice[], open: ReadonlySet<string>): TreeRow[] {
  if (pairs.length === 0) return [];
  const key = 'image/twice';
  const isOpen = open.has(key);
  const sum = (of: (pair: Twice) => number): number => pairs.reduce((total, pair) => total + of(pair), 0);
  const files = formatFiles(sum((pair) => pair.files));
  const head = {
    ...{ key, depth: 1, open: isOpen, text: sizeCell(sum(({ bytes }) => bytes)), path: 'there twice' },
    detail: `${files} at two places, by name and size`,
  };
  const shown = isOpen ? pairs.slice(0, mostPairs) : [];
  return [
    head,
    ...shown.map(({ places: [one, other], files: count, bytes }) => ({
      ...{ key: `${key}/${one}\0${other}`, depth: 2, open: undefined, text: sizeCell(bytes) },
      path: other === '' ? `/${one} and the builder's own layers` : `/${one} and /${other}`,
      detail: formatFiles(count),
    })),
  ];
}
