import { StringDecoder } from 'node:string_decoder';
import type { RedactingStream, Secrets } from '../../protocol/secrets.ts';
import { createLineSplitter, type LineSplitter } from '../../terminal/lines.ts';
import { createSanitizer } from '../../terminal/sanitize.ts';
import type { OutputSink } from '../container/gate.ts';
import type { OutputPiece } from '../events.ts';
import { LastLines } from './last-lines.ts';

/** What is held back for the sake of a secret goes out after this time if it is none; milliseconds. */
const patience = 1_000;

/** The way of one script's output from its bytes to what faces show. */
export interface ScriptOutput {
  readonly sink: OutputSink;
  /** To be called when the script has ended: what isn't finished is as finished as it will be. */
  end(): Promise<void>;
  /** The last lines so far, for an error message. */
  readonly lastLines: () => readonly string[];
}

interface Stream {
  readonly name: OutputPiece['stream'];
  readonly decoder: StringDecoder;
  readonly redactor: RedactingStream;
  readonly sanitize: (text: string) => string;
  readonly splitter: LineSplitter;
}

/**
 * The one text pipeline: each byte is decoded once, whatever pieces it comes in, its secrets are masked, it is made safe for
 * terminals and cut into lines. A promise that `emit` returns holds back the script.
 */
export function createOutput(secrets: Secrets, emit: (piece: OutputPiece) => void | Promise<void>): ScriptOutput {
  const streams = { stdout: open('stdout', secrets), stderr: open('stderr', secrets) };
  const last = new LastLines();
  let timer: NodeJS.Timeout | undefined;

  const pass = ({ name, sanitize, splitter }: Stream, text: string, ended = false): void | Promise<void> => {
    const lines = text === '' ? [] : splitter.add(sanitize(text));
    const piece = { stream: name, text, lines: ended ? [...lines, ...splitter.end()] : lines, open: splitter.open };
    if (text === '' && piece.lines.length === 0) return;
    last.add(piece);
    return emit(piece);
  };
  const passHeld = (): void => {
    timer = undefined;
    for (const stream of [streams.stdout, streams.stderr]) void pass(stream, stream.redactor.idle());
  };

  return {
    sink(name, bytes) {
      const stream = streams[name];
      const text = stream.decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      const safe = stream.redactor.write(text);
      if (stream.redactor.holds) timer ??= setTimeout(passHeld, patience).unref();
      return pass(stream, safe);
    },
    async end() {
      clearTimeout(timer);
      for (const stream of [streams.stdout, streams.stderr]) {
        const { decoder, redactor } = stream;
        await pass(stream, redactor.write(decoder.end()) + redactor.end(), true);
      }
    },
    lastLines: () => last.lines,
  };
}

function open(name: OutputPiece['stream'], secrets: Secrets): Stream {
  return {
    name,
    decoder: new StringDecoder('utf8'),
    redactor: secrets.stream(),
    sanitize: createSanitizer(),
    splitter: createLineSplitter(),
  };
}
