import type { ChangedFile } from '../../source/build/events.ts';

export interface Folder {
  readonly name: string;
  /** From the root, without a slash at either end. */
  readonly path: string;
  readonly bytes: number;
  readonly files: number;
  /** Of a file that changed; folders have none. */
  readonly kind: ChangedFile['kind'] | undefined;
  /** Largest first; a file has none. */
  readonly children: readonly Folder[] | undefined;
}

interface Leaf {
  readonly path: string;
  readonly bytes: number;
  readonly kind?: ChangedFile['kind'];
}

interface Growing {
  bytes: number;
  files: number;
  readonly kind: ChangedFile['kind'] | undefined;
  readonly children: Map<string, Growing> | undefined;
}

/** Files as a tree of folders with what is in them. */
export function treeOf(files: readonly Leaf[]): readonly Folder[] {
  const root: Growing = { bytes: 0, files: 0, kind: undefined, children: new Map() };
  for (const { path, bytes, kind } of files) {
    const names = path.split('/').filter((name) => name !== '' && name !== '.');
    let folder = root;
    for (const [depth, name] of names.entries()) {
      const isFile = depth === names.length - 1;
      const key = isFile ? name : `${name}/`;
      const fresh = isFile ? { kind, children: undefined } : { kind: undefined, children: new Map() };
      const child = folder.children?.get(key) ?? { bytes: 0, files: 0, ...fresh };
      folder.children?.set(key, child);
      child.bytes += bytes;
      child.files += 1;
      folder = child;
    }
  }
  return childrenOf(root, '') ?? [];
}

function childrenOf({ children }: Growing, parent: string): readonly Folder[] | undefined {
  if (children === undefined) return undefined;
  return [...children]
    .map(([key, child]) => {
      const path = parent + key.replace(/\/$/, '');
      const { bytes, files, kind } = child;
      return { name: key, path, bytes, files, kind, children: childrenOf(child, `${path}/`) };
    })
    .toSorted((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
}

/** The folder, together with those below it that are all that it has: `opt/app-root/src/`. */
export function joined(folder: Folder): Folder {
  const [only, ...others] = folder.children ?? [];
  if (only?.children === undefined || others.length > 0) return folder;
  return joined({ ...only, name: folder.name + only.name });
}

/** A remembered function of one object: the same object is not worked on twice. */
export function rememberLast<Input extends object, Result>(work: (input: Input) => Result): (input: Input) => Result {
  let last: { readonly input: Input; readonly result: Result } | undefined;
  return (input) => {
    if (last?.input !== input) last = { input, result: work(input) };
    return last.result;
  };
}
