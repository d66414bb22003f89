import type { Theme } from './theme.ts';

/** A bar of so many columns, filled by this share; what is more than nothing has at least its thinnest part. */
export function barOf(share: number, columns: number, { marks }: Theme): string {
  const { parts, empty } = marks.bar;
  const steps = Math.round(Math.max(0, Math.min(1, share)) * columns * parts.length);
  const filled = share > 0 ? Math.max(1, steps) : 0;
  const whole = Math.floor(filled / parts.length);
  const rest = filled % parts.length;
  const bar = (parts.at(-1) ?? '').repeat(whole) + (rest === 0 ? '' : parts[rest - 1]);
  return bar + empty.repeat(Math.max(0, columns - whole - (rest === 0 ? 0 : 1)));
}

/** Durations up to these have the level of that place; milliseconds. What people feel as fast or slow grows by factors. */
const limits = [20, 60, 200, 600, 2_000, 6_000, 20_000];

/** One column for a duration: the same for the same time, whatever else there is. */
export function levelOf(ms: number, { marks }: Theme): string {
  const level = limits.findIndex((limit) => ms <= limit);
  return marks.levels.at(level < 0 ? -1 : level) ?? '';
}

/** Numbers as columns between nothing and the most that is reckoned with. */
export function sparkline(values: readonly number[], most: number, { marks }: Theme): string {
  const top = marks.levels.length - 1;
  const level = (value: number): number => Math.round((Math.max(0, Math.min(most, value)) / most) * top);
  return values.map((value) => marks.levels[level(value)]).join('');
}
