import { formatBytes, formatFiles } from '../../source/terminal/units.ts';
import { type Folder, joined } from './folders.ts';

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
  /** Of the whole, as a bar. */
  readonly share?: number;
}

const signs = { added: '+', changed: '~', deleted: '-' } as const;

/** A folder and, as far as they are opened, those in it. */
export function folderRows(
  folder: Folder,
  { prefix, depth, open }: { readonly prefix: string; readonly depth: number; readonly open: ReadonlySet<string> },
): TreeRow[] {
  const { children, name, path, bytes, files, kind } = joined(folder);
  const key = `${prefix}/${path}`;
  const isOpen = children === undefined ? undefined : open.has(key);
  const sign = kind === undefined ? '' : `${signs[kind]} `;
  const text = (kind === 'deleted' ? ' '.repeat(9) : sizeCell(bytes)) + sign;
  const row = { key, depth, open: isOpen, text, path: name, detail: children === undefined ? '' : formatFiles(files) };
  const inner = isOpen ? (children ?? []) : [];
  return [row, ...inner.flatMap((child) => folderRows(child, { prefix, depth: depth + 1, open }))];
}

/** Sizes of rows of one depth stand one below the other. */
export function sizeCell(bytes: number): string {
  return `${formatBytes(bytes).padStart(7)}  `;
}
