import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secrets } from '../../source/protocol/secrets.ts';

function secretsOf(...values: readonly string[]): Secrets {
  const secrets = new Secrets();
  secrets.hide(values.map((value, index) => ({ name: `TOKEN_${index}`, value })));
  return secrets;
}

/** What comes out of a stream of these pieces. */
function streamed(secrets: Secrets, pieces: readonly string[]): string {
  const stream = secrets.stream();
  return pieces.map((piece) => stream.write(piece)).join('') + stream.end();
}

function cut(text: string, sizes: readonly number[]): string[] {
  const pieces: string[] = [];
  for (let at = 0, index = 0; at < text.length; index++) {
    const size = sizes[index % sizes.length] ?? 1;
    pieces.push(text.slice(at, at + size));
    at += size;
  }
  return pieces;
}

describe('secrets', () => {
  it('are the values of variables whose name says so, and no others', () => {
    const secrets = new Secrets();
    secrets.hide([
      { name: 'API_TOKEN', value: 'hunter2' },
      { name: 'COLOUR', value: 'green' },
    ]);
    expect(secrets.redact('hunter2 is green')).toBe('*** is green');
  });

  it('stay hidden when others are added', () => {
    const secrets = secretsOf('hunter2');
    secrets.hide([{ name: 'API_TOKEN', value: 'swordfish' }]);
    expect(secrets.redact('hunter2 swordfish')).toBe('*** ***');
  });

  it('are the password of a URL in any variable, and of an address, also where it stands alone', () => {
    const secrets = new Secrets();
    secrets.hide([{ name: 'DATABASE_URL', value: 'postgres://me:p%40ssword@h/db' }]);
    secrets.hideUrl('https://me:swordfish@h/x.git');
    expect(secrets.redact('p%40ssword p@ssword swordfish')).toBe('*** *** ***');
  });

  it.each([
    ['in a URL', 'a/b c&d', `key=${encodeURIComponent('a/b c&d')}`],
    ['in JSON', 'a"b\\c', JSON.stringify('a"b\\c').slice(1, -1)],
    ["between a shell's quotes", "it's me", "it'\\''s me"],
    ['in base64', 'hunter2!', Buffer.from('hunter2!').toString('base64')],
    ['in base64, printed by echo', 'hunter2', Buffer.from('hunter2\n').toString('base64')],
    ['in base64 for URLs', '\u00fb\u00ff\u00fe>>>', Buffer.from('\u00fb\u00ff\u00fe>>>').toString('base64url')],
    ['with a colour in its middle', 'hunter2', 'hun\x1b[1;31mter\x1b[0m2'],
    ['with what no terminal shows in its middle', 'hunter2', 'h\x00u\x7fn\x9bKt\x1b]0;x\x07e\u202er\u200b2'],
  ])('are found %s', (_where, value, shown) => {
    const redacted = secretsOf(value).redact(`before ${shown} after`);
    expect(redacted).toMatch(/^before (key=)?\*\*\*/);
    for (const part of [value, shown, 'ter']) expect(redacted.replace('after', '')).not.toContain(part);
  });

  it('leave colours on and off as they were behind them', () => {
    expect(secretsOf('hunter2').redact('\x1b[1mhun\x1b[31mter2 x\x1b[0m')).toBe('\x1b[1m***\x1b[31m x\x1b[0m');
  });

  it('are found line by line when they have several', () => {
    const key = '-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END KEY-----';
    expect(secretsOf(key).redact(`${key}\n  MIIEvQIBADANBg\r\n  kqhkiG9w0BAQEF\n`)).toBe('***\n  ***\r\n  ***\n');
  });

  it.each(['', 'abc', 'true', 'FALSE', 'null', 'none', '12345', '8080', 'localhost', 'root'])(
    'are not ordinary words such as %j, which would blot out half of a log',
    (value) => {
      const text = `abc true FALSE null none 12345 8080 localhost root ${value}`;
      expect(secretsOf(value).redact(text)).toBe(text);
    },
  );

  it.each(['1234567', 'abcd', 'true!'])('are short ones such as %j', (value) => {
    expect(secretsOf(value).redact(`x${value}x`)).toBe('x***x');
  });

  it('are replaced the longer one first', () => {
    expect(secretsOf('hunter', 'hunter2').redact('hunter2 hunter')).toBe('*** ***');
  });
});

describe('a stream without secrets', () => {
  const secret = fc.string({ unit: fc.constantFrom('a', 'b', '.', '$', '(', '\\', '\n'), minLength: 4, maxLength: 7 });
  const noise = fc.constantFrom(
    'a',
    'b',
    ' ',
    '\n',
    '\x1b[31m',
    '\x1b',
    '[',
    '://',
    ':',
    'http://u:',
    '@h',
    '?token=',
    '\u009b',
  );

  it('is the same in whatever pieces the text comes, and lets none through', () => {
    fc.assert(
      fc.property(
        fc.array(secret, { minLength: 1, maxLength: 3 }),
        fc.array(fc.oneof(fc.nat({ max: 2 }), noise), { maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
        (values, parts, sizes) => {
          const text = parts.map((part) => (typeof part === 'number' ? (values[part] ?? '') : part)).join('');
          const secrets = secretsOf(...values);
          const shown = streamed(secrets, cut(text, sizes));
          expect(shown).toBe(secrets.redact(text));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('has no password of a URL that is cut anywhere', () => {
    const text = 'clone https://me:hunter2@h/x?access_token=abcdef&page=2 now\n';
    for (let at = 0; at <= text.length; at++) {
      expect(streamed(new Secrets(), [text.slice(0, at), text.slice(at)])).toBe(
        'clone https://me:***@h/x?access_token=***&page=2 now\n',
      );
    }
  });

  it('holds nothing back that cannot be the beginning of a secret', () => {
    const stream = secretsOf('hunter2').stream();
    expect(stream.write('a line\nand a prompt: ')).toBe('a line\nand a prompt: ');
    expect(stream.holds).toBe(false);
  });

  it('shows an address that nothing follows, but not what may still become a password', () => {
    const stream = new Secrets().stream();
    expect(stream.write('listening on http://localhost:8080') + stream.idle()).toBe(
      'listening on http://localhost:8080',
    );
    expect(stream.write(' http://me:hunt') + stream.idle()).toBe(' http');
    expect(stream.write('er2@h\n')).toBe('://me:***@h\n');
  });

  it('takes megabytes of what looks like a secret or a URL', () => {
    const secrets = secretsOf(`${'a'.repeat(60)}b`);
    for (const unit of ['a', '://', '://a:b', '\x1b', '\x1b[', 'a\x1b[1m']) {
      const size = 1_000_000;
      const text = unit.repeat(size / unit.length);
      expect(streamed(secrets, cut(text, [65_536])).length).toBeGreaterThan(0);
    }
  });
});
