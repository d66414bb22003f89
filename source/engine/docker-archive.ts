import { Readable } from 'node:stream';
import { call, shortCall } from './call.ts';
import type { GetClient } from './docker.ts';
import type { Engine, PathDetails } from './engine.ts';
import { callFailure, statusOf, wordsOf } from './failure.ts';

type ArchiveCalls = Pick<Engine, 'putArchive' | 'getArchive' | 'statPath'>;

export function archiveCalls(client: GetClient): ArchiveCalls {
  return {
    putArchive: (id, path, tar, signal) =>
      call({ doing: `unpack files into ${path} of the container ${id}`, signal }, async (abortSignal) => {
        const source = watch(tar);
        try {
          const given = AbortSignal.any([abortSignal, source.failed]);
          await (await client()).getContainer(id).putArchive(tar, { path, abortSignal: given });
        } catch (thrown) {
          throw source.failure() ?? thrown;
        } finally {
          tar.destroy();
        }
      }),

    async getArchive(id, path, signal) {
      const doing = `read ${path} of the container ${id}`;
      try {
        const answer = await (await client())
          .getContainer(id)
          .getArchive({ path, ...(signal && { abortSignal: signal }) });
        return Readable.from(explained(answer, doing, signal), { objectMode: false });
      } catch (thrown) {
        signal?.throwIfAborted();
        if (statusOf(thrown) === 404 && !/no such container/i.test(wordsOf(thrown))) return undefined;
        throw callFailure(thrown, doing);
      }
    },

    statPath: (id, path, signal) =>
      call({ doing: `look at ${path} of the container ${id}`, signal, limit: shortCall }, async (abortSignal) => {
        try {
          const answer: unknown = await (await client()).getContainer(id).infoArchive({ path, abortSignal });
          return pathDetails(statHeader(answer));
        } catch (thrown) {
          if (statusOf(thrown) === 404) return undefined;
          throw thrown;
        }
      }),
  };
}

/** A tar that fails to be made ends the request as well (`failed`); then its own reason is the one worth telling. */
export function watch(source: Readable): { readonly failed: AbortSignal; failure(): Error | undefined } {
  const failed = new AbortController();
  let failure: Error | undefined;
  const note = (error: Error) => {
    failure = error;
    failed.abort(error);
  };
  // It may have failed before anyone wanted to read it.
  if (source.errored) note(source.errored);
  source.on('error', note);
  return { failed: failed.signal, failure: () => failure };
}

async function* explained(answer: AsyncIterable<string | Buffer>, doing: string, signal: AbortSignal | undefined) {
  try {
    yield* answer;
  } catch (thrown) {
    signal?.throwIfAborted();
    throw callFailure(thrown, doing);
  }
}

function statHeader(answer: unknown): string {
  if (!(answer instanceof Readable) || !('headers' in answer)) return '';
  answer.resume();
  const { headers } = answer;
  const name = 'x-docker-container-path-stat';
  const encoded = typeof headers === 'object' && headers !== null && name in headers ? headers[name] : '';
  return Buffer.from(String(encoded), 'base64').toString('utf8');
}

/** The bits of Go's `os.FileMode` that say what a file is; a regular one has none of them. */
const goMode = { directory: 2 ** 31, link: 2 ** 27, other: (2 ** 26) | (2 ** 25) | (2 ** 24) | (2 ** 21) | (2 ** 19) };

/** Reads what engines say about a path. Podman fills in a link target for every path, so the mode decides. */
export function pathDetails(stat: string): PathDetails {
  const { size, mode, linkTarget }: { size: number; mode: number; linkTarget: string } = JSON.parse(stat);
  const type = typeOf(mode);
  return { type, size, mode: mode & 0o777, linkTarget: type === 'link' ? linkTarget : '' };
}

function typeOf(mode: number): PathDetails['type'] {
  if (mode >= goMode.directory) return 'directory';
  if (mode & goMode.link) return 'link';
  return mode & goMode.other ? 'other' : 'file';
}
