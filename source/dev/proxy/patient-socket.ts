import { Socket } from 'node:net';

type Written = (error?: Error | null) => void;

/**
 * A connection that is read to its end although the other side takes no more: an application may answer before it has
 * read the whole request and close at once (a 413, a 401), and its answer is still to be read when the next bytes for it
 * can't be written. What can't be written is dropped until then; afterwards it is an error as always.
 */
export class PatientSocket extends Socket {
  override _write(chunk: Buffer, encoding: BufferEncoding, written: Written): void {
    super._write(chunk, encoding, this.#unlessReading(written));
  }

  override _writev(chunks: { chunk: Buffer; encoding: BufferEncoding }[], written: Written): void {
    super._writev?.(chunks, this.#unlessReading(written));
  }

  #unlessReading(written: Written): Written {
    return (error) => written(this.readableEnded ? error : undefined);
  }
}
