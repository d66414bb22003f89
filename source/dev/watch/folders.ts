import { basename } from 'node:path';
import { hasCode } from '../../tree/file-errors.ts';

/** Which folders are watched. A folder's events name what is directly in it. */
export interface WatchedFolders {
  /** Resolves when every later event in it will be told; from then on its content may be read. */
  open(path: string): Promise<void>;
  /** No event of it comes after this; it may be opened again. */
  close(path: string): void;
  closeAll(): void;
}

export interface FolderEvents {
  /** Something happened to this name; without a name, the system doesn't say to which. */
  readonly onEvent: (folder: string, name: string | undefined) => void;
  /** The folder was removed or moved, and something else may be in its place; it is closed already. */
  readonly onLost: (folder: string) => void;
  readonly onError: (error: unknown) => void;
}

/**
 * Watches folders by chokidar, one by one: files have no watch of their own, so 100,000 of them cost nothing, and a
 * replaced folder can be watched anew. Paths are absolute. Of chokidar's events only the raw ones name the file
 * without a look at all its neighbours, and the tree is read by the build's own rules anyway. undefined: chokidar's own
 * variable CHOKIDAR_USEPOLLING forbids it.
 */
export async function createWatchedFolders(events: FolderEvents): Promise<WatchedFolders | undefined> {
  const { FSWatcher } = await import('chokidar');

  class FolderWatcher extends FSWatcher {
    /** chokidar would lstat everything in a folder at every event in it; its type allows to give it nothing to read. */
    override _readdirp(folder: string): undefined {
      // It also keeps a timer for the reading, which would hold up the end of the process.
      this._throttled.get('readdir')?.get(folder)?.clear();
    }
  }

  if (new FolderWatcher({ usePolling: false }).options.usePolling) return undefined;
  const opened = new Map<string, { readonly ready: Promise<void>; readonly close: () => void }>();
  const close = (path: string) => {
    opened.get(path)?.close();
    opened.delete(path);
  };
  const start = (path: string) => {
    const watcher = new FolderWatcher({ followSymlinks: false, ignoreInitial: true, usePolling: false, atomic: false });
    let end = () => void watcher.close();
    const ready = new Promise<void>((resolve) => {
      watcher.once('ready', resolve);
      end = () => {
        void watcher.close();
        resolve();
      };
    });
    watcher.on('error', (error) => {
      // A folder that may not be read is for the one who reads it to tell.
      if (!hasCode(error, 'EACCES', 'EPERM')) events.onError(error);
    });
    watcher.on('raw', (_event, name) => {
      if (name === basename(path)) {
        // The folder's own end is told by its name, and so is a child that is called the same.
        close(path);
        events.onLost(path);
      }
      events.onEvent(path, name ?? undefined);
    });
    watcher.add(path);
    return { ready, close: end };
  };

  return {
    open: async (path) => {
      const folder = opened.get(path) ?? start(path);
      opened.set(path, folder);
      await folder.ready;
    },
    close,
    closeAll: () => {
      for (const path of [...opened.keys()]) close(path);
    },
  };
}
