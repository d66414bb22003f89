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

/** The users that ONBUILD instructions of an image switch to. */
export function onBuildUsers(onBuild: readonly string[]): string[] {
  return onBuild.flatMap((instruction) => /^\s*USER\s+(\S+)\s*$/i.exec(instruction)?.[1] ?? []);
}

/** The largest number that a user can have. */
const largest = 2 ** 32 - 2;
