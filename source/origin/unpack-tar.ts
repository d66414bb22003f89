import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import { messageOf, StiError } from '../errors.ts';
import { type Unpacked, type UnpackOptions, UnpackTarget } from './unpack-target.ts';

export type { Unpacked, UnpackOptions } from './unpack-target.ts';

/** Old tars have no `ustar` mark; their checksum still shows what they are. */
const unpackerOptions = { allowUnknownFormat: true, highWaterMark: 1024 * 1024 };

/**
 * Unpacks a plain tar into `destination`, made when absent. Modes lose their set-id bits and let the owner read and
 * write; owners in the archive don't count. Rejects with `options.code` for an entry that would leave the folder.
 */
export async function unpackTar(input: Readable, destination: string, options: UnpackOptions): Promise<Unpacked> {
  const target = new UnpackTarget(destination, options);
  const unpacker = extract(unpackerOptions);
  unpacker.on('entry', (header, content, next) => {
    const guarded = (action: () => void) => {
      try {
        action();
      } catch (error) {
        content.destroy(target.failure(header.name, error));
      }
    };
    // The pipeline below reports what goes wrong.
    content.on('error', () => {});
    guarded(() => {
      const sink = place(target, header);
      content.on('data', (chunk) => guarded(() => chunk instanceof Uint8Array && sink?.write(chunk)));
      content.on('end', () =>
        guarded(() => {
          sink?.end();
          next();
        }),
      );
    });
  });

  try {
    await pipeline(input, unpacker, options.signal ? { signal: options.signal } : {});
    return target.finish();
  } catch (error) {
    options.signal?.throwIfAborted();
    throw error instanceof StiError ? error : broken(options.code, error);
  } finally {
    target.close();
  }
}

function place(target: UnpackTarget, header: Header) {
  const path = target.admit(header.name);
  if (path === undefined) return undefined;
  const mtimeMs = header.mtime?.getTime() ?? 0;
  switch (header.type) {
    case 'file':
    case 'contiguous-file':
      return target.file(path, header.size ?? 0, { mode: header.mode ?? 0, mtimeMs });
    case 'directory':
      target.directory(path, { mode: header.mode ?? 0, mtimeMs });
      return undefined;
    case 'symlink':
      target.symbolicLink(path, header.linkname ?? '', mtimeMs);
      return undefined;
    case 'link':
      target.hardLink(path, header.linkname ?? '');
      return undefined;
    default:
      throw target.refusal(header.name, `is ${header.type ? `a ${header.type}` : 'of a kind that sti does not know'}`);
  }
}

function broken(code: UnpackOptions['code'], error: unknown): StiError {
  return new StiError(code, `the archive is broken or no tar: ${messageOf(error)}`, {
    cause: error,
    hint: 'Check it with: tar -tf ARCHIVE',
  });
}
