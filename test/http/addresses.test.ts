import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressKind } from '../../source/http/addresses.ts';

const own = ['192.168.7.9', 'fd12::9', 'fe80::9'];
const kindOf = (host: string) => addressKind(new URL(`http://${host}/`).hostname, own);

/** The ways in which a URL may write an IPv4 address. */
function spellings(address: string): string[] {
  const bytes = address.split('.').map(Number);
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  const whole = ((a * 256 + b) * 256 + c) * 256 + d;
  const words = `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  return [
    address,
    `${address}.`,
    String(whole),
    `0x${whole.toString(16)}`,
    `0${whole.toString(8)}`,
    bytes.map((byte) => `0x${byte.toString(16)}`).join('.'),
    bytes.map((byte) => `0${byte.toString(8)}`).join('.'),
    `${a}.${b}.${c * 256 + d}`,
    `[::ffff:${address}]`,
    `[::ffff:${words}]`,
    `[0:0:0:0:0:FFFF:${words}]`,
    `[::${words}]`,
    `[64:ff9b::${words}]`,
    `[2002:${words}::1]`,
  ];
}

const byte = fc.nat(255);

describe('link-local addresses', () => {
  it('are known in each of their spellings', () => {
    fc.assert(
      fc.property(byte, byte, (c, d) => {
        for (const spelling of spellings(`169.254.${c}.${d}`))
          expect([spelling, kindOf(spelling)]).toEqual([spelling, 'link-local']);
      }),
    );
  });

  it('are fe80::/10', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0xfe80, max: 0xfebf }), fc.nat(0xffff), (first, last) => {
        expect(kindOf(`[${first.toString(16)}::${last.toString(16)}]`)).toBe('link-local');
      }),
    );
    expect(addressKind('fe80::1%eth0', own)).toBe('link-local');
  });

  it.each([
    '[fd00:ec2::254]',
    '[FD00:0EC2:0::23]',
    '[fd20:ce::254]',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
  ])('are those of metadata services: %s', (host) => {
    expect(kindOf(host)).toBe('link-local');
  });
});

describe('this machine’s addresses', () => {
  it('are loopback in each of its spellings', () => {
    fc.assert(
      fc.property(byte, byte, byte, (b, c, d) => {
        for (const spelling of spellings(`127.${b}.${c}.${d}`))
          expect([spelling, kindOf(spelling)]).toEqual([spelling, 'own']);
      }),
    );
  });

  it.each(['[::1]', '[::]', '0.0.0.0', '0', '192.168.7.9', '[::ffff:192.168.7.9]', '[fd12::9]'])('are %s', (host) => {
    expect(kindOf(host)).toBe('own');
  });

  it('are those of its interfaces', () => {
    expect(addressKind('127.0.0.1')).toBe('own');
  });
});

describe('other addresses', () => {
  it.each([
    '169.253.255.255',
    '169.255.0.0',
    '128.0.0.1',
    '192.168.7.8',
    '10.0.0.1',
    '[fec0::1]',
    '[fd00::1]',
    '[2001:db8::1]',
    '8.8.8.8',
  ])('are nothing special: %s', (host) => {
    expect(kindOf(host)).toBe('other');
  });
});
