import { request as send } from 'node:http';
import { messageOf } from '../../errors.ts';
import type { Upstream } from '../../run/addressing.ts';
import { timeLimit } from '../../time-limit.ts';
import type { ResponseObservation } from '../observation.ts';
import type { HttpRequest } from '../request.ts';
import { observeBody } from './content.ts';

/** Milliseconds that one answer may take. */
const answerMs = 30_000;
/** Of a longer body the beginning is compared; bytes. */
const maxBody = 4 * 1024 * 1024;
/** The same to both, though their addresses differ: many an application repeats it. */
const host = 'localhost';

/** Sends one request and reads the answer. Rejects only with the reason of the signal. */
export async function ask(upstream: Upstream, request: HttpRequest, signal: AbortSignal): Promise<ResponseObservation> {
  const limit = timeLimit(answerMs, signal);
  try {
    return { request, answer: await answerTo(upstream, request, limit.signal) };
  } catch (error) {
    signal.throwIfAborted();
    return { request, answer: limit.isOver() ? `not within ${answerMs / 1000} s` : nameOf(error) };
  } finally {
    limit.close();
  }
}

function answerTo(upstream: Upstream, { method, path }: HttpRequest, signal: AbortSignal) {
  return new Promise<Exclude<ResponseObservation['answer'], string>>((resolve, reject) => {
    const headers = { host, accept: '*/*', 'user-agent': 'sti-verify' };
    const sent = send({ ...upstream, method, path, headers, agent: false, signal });
    sent.on('error', reject).on('close', () => reject(new Error('the connection was closed')));
    sent.on('response', (response) => {
      const pieces: Buffer[] = [];
      let room = maxBody;
      const finish = () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: headersOf(response.rawHeaders),
          body: observeBody(Buffer.concat(pieces)),
        });
        sent.destroy();
      };
      response.on('data', (piece: Buffer) => {
        pieces.push(piece.subarray(0, room));
        room -= Math.min(room, piece.length);
        if (room === 0) finish();
      });
      response.on('end', finish).on('error', reject);
    });
    sent.end();
  });
}

/** One of each name, those that come more than once joined, by name. */
function headersOf(raw: readonly string[]): [string, string][] {
  const headers = new Map<string, string>();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const [name, value] = [raw[index]?.toLowerCase() ?? '', raw[index + 1] ?? ''];
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return [...headers].sort(([one], [other]) => (one < other ? -1 : 1));
}

function nameOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : messageOf(error);
}
