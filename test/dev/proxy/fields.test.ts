import { describe, expect, it } from 'vitest';
import { fieldsOf } from '../../../source/dev/proxy/record.ts';

const head = (...lines: readonly string[]) => `${['GET / HTTP/1.1', ...lines].join('\r\n')}\r\n\r\n`;

describe('the fields of a head, for people', () => {
  it('are there as they came', () => {
    expect(fieldsOf(head('Host: localhost:8080', 'Accept:*/*'))).toEqual(['Host: localhost:8080', 'Accept: */*']);
  });

  it.each([
    'Authorization',
    'Proxy-Authorization',
    'Cookie',
    'Set-Cookie',
    'X-Api-Key',
    'X-CSRF-Token',
    'x-amz-security-token',
  ])('have no value of %s', (name) => {
    expect(fieldsOf(head(`${name}: Bearer opensesame`))).toEqual([`${name}: ***`]);
  });

  it('have no password of an address, and no token in its query', () => {
    const [referer] = fieldsOf(head('Referer: https://me:opensesame@example.com/?token=opensesame'));
    expect(referer).toMatch(/^Referer: https:\/\/.*example\.com/);
    expect(referer).not.toContain('opensesame');
  });

  it('have nothing that a terminal would act on', () => {
    expect(fieldsOf(head('X-A: \x1b[2J\x9b2J\u202eb'))).toEqual(['X-A: ?[2J?2J?b']);
  });

  it('are bounded, each and together', () => {
    const many = fieldsOf(head(...Array.from({ length: 500 }, (_none, at) => `X-${at}: ${'a'.repeat(9_000)}`)));
    expect(many).toHaveLength(40);
    expect(many[0]).toBe('X-0: (9000 characters)');
  });
});
