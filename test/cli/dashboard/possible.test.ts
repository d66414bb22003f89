import { describe, expect, it } from 'vitest';
import type { Terminal } from '../../../source/cli/context.ts';
import { isDashboardPossible, isUnicode } from '../../../source/cli/dashboard/possible.ts';

const { stdin, stdout } = process;
const nothing = () => () => {};
const terminal: Terminal = {
  platform: 'linux',
  stdin,
  stdout,
  suspend: async () => {},
  onContinue: nothing,
  onExit: nothing,
};

describe('isDashboardPossible', () => {
  it('on a terminal', () => expect(isDashboardPossible({ env: { TERM: 'xterm', CI: 'false' }, terminal })).toBe(true));
  it('not in a pipe', () => expect(isDashboardPossible({ env: { TERM: 'xterm' } })).toBe(false));
  it.each([[{ CI: 'true' }], [{ TERM: 'dumb' }], [{ INK_SCREEN_READER: 'true' }]])('not with %o', (env) =>
    expect(isDashboardPossible({ env, terminal })).toBe(false),
  );
});

describe('isUnicode', () => {
  it.each([
    [{ LANG: 'de_DE.UTF-8' }, true],
    [{ LANG: 'C.utf8' }, true],
    [{ LC_ALL: 'C', LANG: 'en_US.UTF-8' }, false],
    [{}, false],
  ])('%o: %s', (env, expected) => expect(isUnicode(env)).toBe(expected));
});
