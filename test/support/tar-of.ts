import { PassThrough, pipeline, type Readable } from 'node:stream';
import { extract, type Header, pack } from 'tar-stream';

export type TarEntry = Partial<Header> & Pick<Header, 'name'> & { readonly content?: string };

/** A tar of these entries, in this order, however hostile. */
export function tarOf(...entries: TarEntry[]): Readable {
  const tar = pack();
  for (const { content, ...header } of entries) {
    if (content === undefined) tar.entry({ mode: 0o644, mtime: new Date(0), ...header });
    else tar.entry({ mode: 0o644, mtime: new Date(0), ...header }, content);
  }
  tar.finalize();
  const output = new PassThrough();
  pipeline(tar, output, () => {});
  return output;
}

export async function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The headers of a tar with the contents of its files. */
export async function entriesOf(stream: Readable): Promise<(Header & { content: string })[]> {
  const entries: (Header & { content: string })[] = [];
  const reader = extract();
  pipeline(stream, reader, () => {});
  for await (const entry of reader) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry) if (chunk instanceof Uint8Array) chunks.push(chunk);
    entries.push({ ...entry.header, content: Buffer.concat(chunks).toString() });
  }
  return entries;
}
