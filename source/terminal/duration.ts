const milliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
/** The longest time a timer of Node.js can wait. */
const longest = 2 ** 31 - 1;

/** Milliseconds of `10m`, `90s`, `500ms`, `1h30m`; undefined when the text is no time that can be waited for. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit = ''] of text.matchAll(/(\d+)(ms|s|m|h)/g)) {
    total += Number(amount) * (milliseconds[unit] ?? Number.NaN);
  }
  return total > 0 && total <= longest ? total : undefined;
}

/** `3.42s`, and from one minute on `2m 05s`. */
export function formatDuration(ms: number, decimals: 0 | 1 | 2): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(decimals)}s`;
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}m ${String(seconds % 60).padStart(2, '0')}s`;
}
