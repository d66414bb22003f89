import type { Ground } from '../theme/palettes.ts';

/** What a terminal says beside keys. Rows and columns are counted from 0. */
export type Report =
  | { readonly kind: 'press' | 'wheel-up' | 'wheel-down'; readonly row: number; readonly column: number }
  /** Whether the window is in front. */
  | { readonly kind: 'focus'; readonly isFocused: boolean }
  /** The answer to the question for its background. */
  | { readonly kind: 'ground'; readonly ground: Ground }
  | { readonly kind: 'paste'; readonly text: string };

/** No report is longer but a paste, and of that no more is wanted. */
const longest = 65_536;

const whole =
  /\x1b\[<(\d{1,4});(\d{1,5});(\d{1,5})([Mm])|\x1b\[([IO])|\x1b\](\d{1,4});([^\x07\x1b]{0,256})(?:\x07|\x1b\\)|\x1b\[200~([\s\S]*?)\x1b\[201~/g;
/** The beginning of one at the end of what has come. */
const begun = /\x1b(?:\[<[\d;]{0,16}|\]\d{0,4}(?:;[^\x07\x1b]{0,256}\x1b?)?|\[2(?:0(?:0(?:~[\s\S]*)?)?)?)$/;

/** Takes what a terminal reports out of what is typed; a report may come in several pieces. */
export function createReportReader(): (piece: string) => {
  readonly keys: string;
  readonly reports: readonly Report[];
} {
  let rest = '';
  return (piece) => {
    const text = rest + piece;
    const reports: Report[] = [];
    const typed = text.replace(whole, (_all, ...found: (string | undefined)[]) => {
      const report = reportOf(found);
      if (report !== undefined) reports.push(report);
      return '';
    });
    rest = begun.exec(typed)?.[0] ?? '';
    const keys = typed.slice(0, typed.length - rest.length);
    if (rest.length > longest) rest = '';
    return { keys, reports };
  };
}

function reportOf([button, column, row, action, focus, code, answer, paste]: readonly (string | undefined)[]):
  | Report
  | undefined {
  if (paste !== undefined) return { kind: 'paste', text: paste.slice(0, longest) };
  if (focus !== undefined) return { kind: 'focus', isFocused: focus === 'I' };
  if (code !== undefined) {
    const ground = code === '11' ? groundOf(answer ?? '') : undefined;
    return ground && { kind: 'ground', ground };
  }
  // Shift, meta and control change the number by bits of their own.
  const kind = ({ 0: 'press', 64: 'wheel-up', 65: 'wheel-down' } as const)[Number(button) & ~0b11100];
  if (kind === undefined || (kind === 'press' && action === 'm')) return undefined;
  return { kind, row: Math.max(0, Number(row) - 1), column: Math.max(0, Number(column) - 1) };
}

/** Of an answer such as `rgb:1e1e/1e1e/2e2e`. */
function groundOf(answer: string): Ground | undefined {
  const parts = /^rgba?:([0-9a-f]{1,4})\/([0-9a-f]{1,4})\/([0-9a-f]{1,4})/i.exec(answer)?.slice(1);
  if (parts === undefined) return undefined;
  const [red = 0, green = 0, blue = 0] = parts.map((part) => Number.parseInt(part, 16) / (16 ** part.length - 1));
  return 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 ? 'light' : 'dark';
}
