import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isIgnored, isKindIgnored } from '../../source/verify/ignore.ts';
import { formatRule, type Kind, kinds, parseRule } from '../../source/verify/request.ts';

const ignores = (rule: string, kind: Kind, name: string) => {
  const parsed = parseRule(rule);
  return parsed !== undefined && isIgnored(kind, name, [parsed]);
};

describe('a rule', () => {
  it.each<[string, Kind, string]>([
    ['output', 'output', 'stdout'],
    ['exit', 'exit', ''],
    ['header:x-powered-by', 'header', 'x-powered-by'],
    ['header:X-Powered-By', 'header', 'x-powered-by'],
    ['file:/opt/app/cache/*', 'file', '/opt/app/cache/a/b'],
    ['file:*.log', 'file', '/var/log/app.log'],
    ['file:/opt/*/cache/*', 'file', '/opt/app/cache/x'],
    ['status:GET /a:b', 'status', 'GET /a:b'],
    ['env:*', 'env', 'PATH'],
  ])('%s takes out %s %s', (rule, kind, name) => expect(ignores(rule, kind, name)).toBe(true));

  it.each<[string, Kind, string]>([
    ['header:server', 'header', 'server-timing'],
    ['header:server', 'env', 'server'],
    ['file:/opt/app/cache/*', 'file', '/opt/app/cache'],
    ['file:a*a', 'file', 'a'],
    ['file:/a.c', 'file', '/abc'],
  ])('%s leaves %s %s', (rule, kind, name) => expect(ignores(rule, kind, name)).toBe(false));

  it.each(['', 'colour', 'header:', ':server', 'Header:server'])('%j is none', (text) => {
    expect(parseRule(text)).toBeUndefined();
  });

  it('is read as it is written', () => {
    const rule = fc.record({ kind: fc.constantFrom(...kinds), pattern: fc.string({ minLength: 1 }) });
    fc.assert(
      fc.property(rule, (one) => {
        expect(parseRule(formatRule(one))).toEqual(one);
      }),
    );
  });

  it('with a star for each part of a name takes it out, whatever the name is', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }).filter((text) => !text.includes('*'))), (parts) => {
        expect(ignores(`file:*${parts.join('*')}*`, 'file', `x${parts.join('/')}y`)).toBe(true);
      }),
    );
  });

  it('of a whole kind is told apart from one of a name', () => {
    expect(isKindIgnored('file', [{ kind: 'file' }])).toBe(true);
    expect(isKindIgnored('file', [{ kind: 'file', pattern: '*' }])).toBe(true);
    expect(isKindIgnored('file', [{ kind: 'file', pattern: '/app/*' }, { kind: 'env' }])).toBe(false);
  });
});
