import { IncomingMessage } from 'node:http';
import { type Readable, Transform } from 'node:stream';
import type { Engine, PathDetails } from '../engine.ts';
import { decode } from '../http/answer.ts';
import { AnswerError, statusOf, wordsOf } from '../http/failures.ts';
import { pathStatAnswer } from './answers.ts';
import type { Api } from './api.ts';
import { streamTar } from './stream-tar.ts';

type ArchiveCalls = Pick<Engine, 'putArchive' | 'getArchive' | 'statPath'>;

export function archiveCalls(api: Api): ArchiveCalls {
  const { about, call, limits } = api;
  const container = async (id: string) => (await api.client()).getContainer(id);

  return {
    putArchive: (id, path, tar, signal) => {
      const operation = `unpack files into ${path} of the container ${id}`;
      return call({ operation, signal, limit: 'silence' }, async (abortSignal, alive) => {
        const source = watch(tar);
        const counted = tar.pipe(counting(alive));
        try {
          const given = AbortSignal.any([abortSignal, source.failed]);
          const answer: unknown = await (await container(id)).putArchive(counted, { path, abortSignal: given });
          if (Buffer.isBuffer(answer) && answer.length > 0)
            throw new AnswerError('it answered with more than that it is done');
        } catch (thrown) {
          throw source.failure() ?? thrown;
        } finally {
          tar.destroy();
          counted.destroy();
        }
      });
    },

    async getArchive(id, path, signal) {
      const operation = `read ${path} of the container ${id}`;
      const answer = await call({ operation, signal }, async (abortSignal) => {
        try {
          const begun: unknown = await (await container(id)).getArchive({ path, abortSignal });
          if (!(begun instanceof IncomingMessage)) throw new AnswerError('it sent no archive');
          statOf(begun);
          return begun;
        } catch (thrown) {
          if (statusOf(thrown) === 404 && !/no such container/i.test(wordsOf(thrown))) return undefined;
          throw thrown;
        }
      });
      if (answer === undefined) return undefined;
      return streamTar(answer, { operation, signal, about, limits });
    },

    statPath: (id, path, signal) =>
      call({ operation: `look at ${path} of the container ${id}`, signal }, async (abortSignal) => {
        try {
          const answer: unknown = await (await container(id)).infoArchive({ path, abortSignal });
          if (!(answer instanceof IncomingMessage)) throw new AnswerError('it said nothing of it');
          answer.resume();
          return pathDetails(statOf(answer));
        } catch (thrown) {
          if (statusOf(thrown) === 404) return undefined;
          throw thrown;
        }
      }),
  };
}

function counting(onBytes: () => void): Transform {
  return new Transform({
    transform(chunk, _encoding, done) {
      onBytes();
      done(null, chunk);
    },
  });
}

/** A tar that fails to be made ends the request as well (`failed`); then its own reason is the one worth telling. */
function watch(source: Readable): { readonly failed: AbortSignal; failure(): Error | undefined } {
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

/** What engines say about a path beside its archive. */
function statOf({ headers }: IncomingMessage): string {
  const encoded = headers['x-docker-container-path-stat'];
  if (typeof encoded !== 'string') throw new AnswerError('it answered as no engine does');
  return Buffer.from(encoded, 'base64').toString('utf8');
}

/** The bits of Go's `os.FileMode` that say what a file is; a regular one has none of them. */
const goMode = { directory: 2 ** 31, link: 2 ** 27, other: (2 ** 26) | (2 ** 25) | (2 ** 24) | (2 ** 21) | (2 ** 19) };

/** Reads what engines say about a path. Podman fills in a link target for every path, so the mode decides. */
function pathDetails(stat: string): PathDetails {
  const { size, mode, linkTarget } = decode(pathStatAnswer, stat);
  const type = typeOf(mode);
  return { type, size, mode: mode & 0o777, linkTarget: type === 'link' ? (linkTarget ?? '') : '' };
}

function typeOf(mode: number): PathDetails['type'] {
  if (mode >= goMode.directory) return 'directory';
  if (mode & goMode.link) return 'link';
  return mode & goMode.other ? 'other' : 'file';
}
