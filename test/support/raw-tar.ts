/** What a header of a tar says, true or not; what isn't named is that of an empty file. */
export interface RawHeader {
  /** Bytes, one character each. */
  readonly name?: string;
  readonly prefix?: string;
  readonly linkname?: string;
  readonly type?: string;
  /** Digits in octal, or the bytes of the field. */
  readonly size?: string;
  readonly mode?: string;
  readonly magic?: string;
}

/** One header block with its right checksum. */
export function rawHeader(header: RawHeader = {}): Buffer {
  const {
    name = 'f',
    prefix = '',
    linkname = '',
    type = '0',
    size = '0',
    mode = '0000644',
    magic = 'ustar\x0000',
  } = header;
  const block = Buffer.alloc(512);
  block.write(name, 0, 100, 'latin1');
  block.write(mode, 100, 8, 'latin1');
  block.write(size, 124, 12, 'latin1');
  block.write('00000000000', 136, 12, 'latin1');
  block.write('        ', 148, 8, 'latin1');
  block.write(type, 156, 1, 'latin1');
  block.write(linkname, 157, 100, 'latin1');
  block.write(magic, 257, 8, 'latin1');
  block.write(prefix, 345, 155, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 8, 'latin1');
  return block;
}

/** An entry with its content, whose true size the header says unless it says another. */
export function rawEntry(header: RawHeader, content = ''): Buffer {
  const bytes = Buffer.from(content, 'latin1');
  const padding = Buffer.alloc((512 - (bytes.length % 512)) % 512);
  return Buffer.concat([rawHeader({ size: bytes.length.toString(8), ...header }), bytes, padding]);
}

/** An extended header of POSIX, for the next entry or (`g`) for all. */
export function rawPax(records: Readonly<Record<string, string>>, type: 'x' | 'g' = 'x'): Buffer {
  return rawEntry({ name: 'PaxHeader', type }, Object.entries(records).map(record).join(''));
}

function record([key, value]: [string, string]): string {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return `${length}${rest}`;
}

/** The blocks that end a tar. */
export const endBlocks = Buffer.alloc(1024);
