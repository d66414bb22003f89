import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainSilence, type Listener, parseListeners } from '../../source/run/listeners.ts';

const head4 = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const rest = '00000000:00000000 00:00000000 00000000  1001        0 123456 1 0000000000000000 100 0 0 10 0';
const row = (local: string, state = '0A') => {
  const nobody = local.length > 20 ? `${'0'.repeat(32)}:0000` : '00000000:0000';
  return `   0: ${local} ${nobody} ${state} ${rest}`;
};

describe('what a container listens on', () => {
  it.each<[string, string, Listener[]]>([
    ['everywhere', row('00000000:1F90'), [{ address: '0.0.0.0', port: 8080 }]],
    ['on the loopback', row('0100007F:1F90'), [{ address: '127.0.0.1', port: 8080 }]],
    ['on an address', row('020011AC:0BB8'), [{ address: '172.17.0.2', port: 3000 }]],
    ['everywhere by IPv6', row('00000000000000000000000000000000:1F90'), [{ address: '::', port: 8080 }]],
    ['on the loopback by IPv6', row('00000000000000000000000001000000:1F90'), [{ address: '::1', port: 8080 }]],
    ['on a mapped address', row('0000000000000000FFFF00000100007F:1F90'), [{ address: '127.0.0.1', port: 8080 }]],
    ['on an IPv6 address', row('B80D0120000000000000000001000000:1F90'), [{ address: '2001:db8::1', port: 8080 }]],
    ['nowhere: a connection is not listening', row('0100007F:1F90', '01'), []],
    ['nowhere: the resolver is the engine’s', row('0B00007F:A001'), []],
    ['nowhere: no table', 'cat: /proc/net/tcp: No such file or directory', []],
    ['nowhere: cut off', row('0100007F:1F90').slice(0, 20), []],
  ])('is read: %s', (_name, lines, expected) => {
    expect(parseListeners(`${head4}\n${lines}\n`)).toEqual(expected);
  });

  it('is read from both tables, lowest port first, each once', () => {
    const text = [
      head4,
      row('00000000:1F90'),
      row('00000000:0050'),
      row('00000000:1F90'),
      head4,
      row(`${'0'.repeat(32)}:0050`),
    ];
    expect(parseListeners(text.join('\n')).map(({ address, port }) => `${address} ${port}`)).toEqual([
      '0.0.0.0 80',
      ':: 80',
      '0.0.0.0 8080',
    ]);
  });

  it('is read of whatever a container says, without a fault and only as ports and addresses', () => {
    const part = fc.constantFrom(
      '0: ',
      '0100007F',
      ':',
      '1F90',
      ' 0A ',
      '\n',
      ' 00000000:0000',
      '\x1b[2J',
      'é',
      '0'.repeat(32),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(part).map((parts) => parts.join('')),
        ),
        (text) => {
          for (const { address, port } of parseListeners(text)) {
            expect(address).toMatch(/^[0-9a-f.:]+$/);
            expect(port).toBeGreaterThan(0);
            expect(port).toBeLessThan(65_536);
          }
        },
      ),
    );
  });

  it('is read as the kernel writes it', () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)),
        fc.integer({ min: 1, max: 65_535 }),
        (bytes, port) => {
          fc.pre(bytes.join('.') !== '127.0.0.11');
          const address = Buffer.from(bytes.toReversed()).toString('hex').toUpperCase();
          const digits = port.toString(16).toUpperCase().padStart(4, '0');
          expect(parseListeners(row(`${address}:${digits}`))).toEqual([{ address: bytes.join('.'), port }]);
        },
      ),
    );
  });

  it('is no more than fits, however much there is', () => {
    expect(parseListeners(`${row('00000000:1F90')}\n`.repeat(100_000))).toHaveLength(1);
  });
});

describe('why nothing answers', () => {
  const wish = { container: 8080, host: 18080, asked: true };
  it.each<[Listener[], string]>([
    [[{ address: '127.0.0.1', port: 8080 }], 'the application listens on 127.0.0.1:8080 — let it listen on 0.0.0.0'],
    [[{ address: '::1', port: 8080 }], 'the application listens on [::1]:8080 — let it listen on ::'],
    [[{ address: '0.0.0.0', port: 3000 }], 'the application listens on 3000 — use --port 18080:3000'],
    [
      [
        { address: '::', port: 3000 },
        { address: '::', port: 9229 },
      ],
      'the application listens on 3000, 9229 — use --port 18080:3000',
    ],
    [
      [{ address: '127.0.0.1', port: 3000 }],
      'the application listens on 127.0.0.1:3000 — let it listen on 0.0.0.0:8080',
    ],
    [[], 'the application listens on no port'],
  ])('is said of %j', (listeners, why) => {
    expect(explainSilence(wish, listeners, [8080])).toBe(`nothing answers on 8080; ${why}`);
  });
  it('is not known of what listens where it should', () => {
    const listeners = [{ address: '0.0.0.0', port: 8080 }];
    const why = 'nothing answers on 8080, though the application listens on 0.0.0.0:8080';
    expect(explainSilence(wish, listeners, [8080])).toBe(why);
  });

  it('is not said of what listens where it is wanted', () => {
    const listeners = [{ address: '::', port: 3000 }];
    expect(explainSilence(wish, listeners, [3000, 8080])).toBe('nothing answers on 8080');
  });
});
