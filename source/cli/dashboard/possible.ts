import type { Context } from '../context.ts';

/**
 * Whether a full screen can be shown and would be seen (docs/dashboard.md): never in a pipe, in CI, on a terminal that can't move its
 * cursor, or for a screen reader, which gets lines.
 */
export function isDashboardPossible({ env, terminal }: Pick<Context, 'env' | 'terminal'>): boolean {
  const { CI, TERM, INK_SCREEN_READER } = env;
  const inCi = CI !== undefined && CI !== '' && CI !== 'false' && CI !== '0';
  return terminal !== undefined && !inCi && TERM !== 'dumb' && INK_SCREEN_READER !== 'true';
}

/** Whether the locale's characters are UTF-8; the first of these that is set decides. */
export function isUnicode({ LC_ALL, LC_CTYPE, LANG }: Context['env']): boolean {
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}
