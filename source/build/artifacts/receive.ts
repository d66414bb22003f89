import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StiError } from '../../errors.ts';
import { ArchiveFinder, type FoundArchive } from '../../protocol/archive-finder.ts';
import { isTarHeader, isZeroBlock, type Printed } from '../../protocol/save-artifacts.ts';
import { gunzip } from '../../tree/archive/gunzip.ts';
import { broken } from '../../tree/archive/tar.ts';
import { createPace } from '../../tree/pace.ts';
import type { FileTree } from '../../tree/tree.ts';
import type { OutputSink } from '../container/gate.ts';
import { KeptArchive } from './kept.ts';

const blockSize = 512;

export interface Received {
  readonly printed: Printed;
  readonly tree?: FileTree | undefined;
  /** Why the archive couldn't be taken. It counts only when the script itself didn't fail. */
  readonly failure?: StiError;
}

/**
 * Reads what a save-artifacts script prints, to its end whatever it is, so that the script can end too. An archive at the
 * start is kept at `path`; text goes to `log`; nothing of an archive does. Rejects only with the signal's reason.
 */
export async function receive(stdout: Readable, path: string, log: OutputSink, signal: AbortSignal): Promise<Received> {
  let received: Received = { printed: 'text' };
  try {
    await pipeline(
      stdout,
      async (chunks: AsyncIterable<Buffer>) => {
        const printed = chunks[Symbol.asyncIterator]();
        const found = await passText(printed, log);
        if (found !== undefined) received = await receiveArchive(found, rest(found.start, printed), path, signal);
        for await (const _ of rest(Buffer.alloc(0), printed));
      },
      { signal },
    );
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
  return received;
}

/** Text up to the first archive goes to the log. */
async function passText(chunks: AsyncIterator<Buffer>, log: OutputSink): Promise<FoundArchive | undefined> {
  const finder = new ArchiveFinder();
  for (let isOver = false; !isOver && finder.found === undefined; ) {
    const { done, value } = await chunks.next();
    isOver = done === true;
    const text = isOver ? finder.end() : finder.push(value);
    if (text.length > 0) await log('stdout', text);
  }
  return finder.found;
}

async function* rest(start: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield start;
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
}

async function receiveArchive(
  { format, isFirst }: FoundArchive,
  bytes: AsyncIterable<Buffer>,
  path: string,
  signal: AbortSignal,
): Promise<Received> {
  if (!isFirst) return { printed: 'late-archive' };
  if (format !== 'tar' && format !== 'gzip') return { printed: 'unknown-archive' };
  try {
    return await keep(format === 'gzip' ? gunzip(bytes) : bytes, path, signal);
  } catch (error) {
    signal.throwIfAborted();
    return { printed: 'archive', failure: error instanceof StiError ? error : broken('artifacts', error) };
  }
}

/** Reads to the end also what it doesn't keep: only then is it known that a gzip is whole. */
async function keep(plain: AsyncIterable<Buffer>, path: string, signal: AbortSignal): Promise<Received> {
  const pace = createPace(signal);
  let first: Buffer = Buffer.alloc(0);
  let printed: Printed | undefined;
  let archive: KeptArchive | undefined;
  try {
    for await (const chunk of plain) {
      if (pace.isDue()) await pace.rest();
      if (printed === undefined) first = Buffer.concat([first, chunk]);
      else archive?.take(chunk);
      if (printed !== undefined || first.length < blockSize) continue;
      printed = isTarHeader(first) ? 'archive' : isZeroBlock(first) ? 'empty-archive' : 'unknown-archive';
      if (printed !== 'archive') continue;
      archive = new KeptArchive(path);
      archive.take(first);
    }
    if (archive !== undefined) return { printed: 'archive', tree: archive.finish() };
  } finally {
    archive?.close();
  }
  return { printed: printed ?? (first.length === 0 ? 'empty-archive' : 'unknown-archive') };
}
