/** Numbers of users, both ends included. */
export interface UserRange {
  readonly from: number;
  readonly to: number;
}

/** `1-`, `-500`, `1000-1999,5000`; undefined when it isn't that. */
export function parseUserRanges(text: string): UserRange[] | undefined {
  const ranges = text.split(',').map((part): UserRange | undefined => {
    const [, from, dash, to] = /^\s*(\d{1,10})?(-)?(\d{1,10})?\s*$/.exec(part) ?? [];
    if (from === undefined && (dash === undefined || to === undefined)) return undefined;
    const first = Number(from ?? 0);
    const last = dash === undefined ? first : Number(to ?? largest);
    return first <= last && last <= largest ? { from: first, to: last } : undefined;
  });
  return ranges.every((range) => range !== undefined) ? ranges : undefined;
}

export function formatUserRanges(ranges: readonly UserRange[]): string {
  return ranges.map(({ from, to }) => (from === to ? String(from) : `${from}-${to === largest ? '' : to}`)).join(',');
}

/** Whether a user is a number in one of the ranges; `''` is root. A name may be anybody, so it isn't allowed. */
export function isAllowedUser(user: string, ranges: readonly UserRange[]): boolean {
  const [, written] = /^(\d{1,10})(?::.*)?$/.exec(user === '' ? '0' : user) ?? [];
  const uid = Number(written ?? Number.NaN);
  return ranges.some(({ from, to }) => uid >= from && uid <= to);
}

/** The users that ONBUILD instructions of an image switch to, however an engine's parser lets them be written. */
export function onBuildUsers(onBuild: readonly string[]): string[] {
  return onBuild.flatMap(logicalLines).flatMap((line) => {
    const [word = '', ...user] = line.trim().split(/\s+/);
    return word.toUpperCase() === 'USER' ? [user.join(' ')] : [];
  });
}

/** Without comments and empty lines, which may stand inside an instruction too; either escape may end a line that goes on. */
function logicalLines(instruction: string): string[] {
  const lines = instruction.split(/\r?\n/).filter((line) => !/^\s*(#|$)/.test(line));
  const whole = lines.map((line) => {
    const text = line.trimEnd();
    return /[\\`]$/.test(text) ? text.slice(0, -1) : `${text}\n`;
  });
  return whole.join('').split('\n');
}

/** The largest number that a user can have. */
const largest = 2 ** 32 - 2;
