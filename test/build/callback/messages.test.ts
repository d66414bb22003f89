import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Messages } from '../../../source/build/callback/messages.ts';
import { piece, piecesOf } from '../../support/pieces.ts';

const log = (text: string) => ({ type: 'log', at: 0, step: 'assemble', ...piece(text) }) as const;

describe('Messages', () => {
  it('keeps all messages of a build in order', () => {
    const messages = new Messages();
    messages.add(log('one\n'));
    messages.add({ type: 'warning', at: 0, message: 'careful' });
    messages.add({ type: 'step-finished', at: 0, step: 'assemble', ok: true, ms: 1, summary: 'exit 0' });
    expect(messages.text()).toBe('one\nwarning: careful\nassemble: exit 0\n');
  });

  it('cuts no line of one stream by the other one', () => {
    const messages = new Messages();
    const next = piecesOf();
    const add = (text: string, stream: 'stdout' | 'stderr') =>
      messages.add({ type: 'log', at: 0, step: 'assemble', ...next(text, stream) });
    add('1\n18', 'stdout');
    add('the end\nand ', 'stderr');
    add('60\n61\n', 'stdout');
    add('more\n', 'stderr');
    expect(messages.text()).toBe('1\nthe end\n1860\n61\nand more\n');
  });

  it('leaves out the middle beyond its limit, and says how much', () => {
    const messages = new Messages(20, 1);
    for (const digit of '0123456789') messages.add(log(`${digit.repeat(4)}\n`));
    expect(messages.text()).toBe('0000\n1111\n\n[… 30 bytes left out …]\n8888\n9999\n');
  });

  it('is complete up to its limit, however the text comes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[ -~äöü€😀]{0,20}$/u), { maxLength: 20 }),
        fc.nat(9),
        (lines, blockSize) => {
          const whole = lines.map((line) => `${line}\n`).join('');
          const messages = new Messages(Buffer.byteLength(whole), blockSize);
          for (const line of lines) messages.add(log(`${line}\n`));
          expect(messages.text()).toBe(whole);
        },
      ),
    );
  });

  it('counts bytes, not characters', () => {
    const messages = new Messages(16, 1);
    for (const letter of 'äöü€') messages.add(log(`${letter.repeat(3)}\n`));
    expect(messages.text()).toBe('äää\n\n[… 14 bytes left out …]\n€€€\n');
  });
});
