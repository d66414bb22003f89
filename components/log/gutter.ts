import type { LogFilter, LogSource } from '../../source/dev/logs/log-line.ts';
import { padEnd, padStart } from '../../source/terminal/width.ts';
import type { Role } from '../theme/palettes.ts';
import type { Theme } from '../theme/theme.ts';

const words: Readonly<Record<LogSource, { readonly word: string; readonly short: string; readonly role: Role }>> = {
  assemble: { word: 'assemble', short: 'asm', role: 'assemble' },
  app: { word: 'app', short: 'app', role: 'app' },
  request: { word: 'req', short: 'req', role: 'request' },
  sti: { word: 'sti', short: 'sti', role: 'sti' },
  detail: { word: 'sti', short: 'sti', role: 'sti' },
  build: { word: '', short: '', role: 'border' },
};
/** Panes of so many columns have room for the whole word. */
const roomy = 56;

/** Columns of the words beside the lines; 0 where all lines are of one source. */
export function gutterColumns({ sources }: LogFilter, columns: number): number {
  const shown = new Set(sources.map((source) => words[source].word).filter((word) => word !== ''));
  if (shown.size < 2) return 0;
  const widest = Math.max(...[...shown].map((word) => word.length));
  return columns >= roomy ? widest + 3 : 5;
}

/** `app ▏ ` */
export function gutter(source: LogSource, width: number, isFirst: boolean, { paint, marks }: Theme): string {
  if (width === 0) return '';
  const { word, short, role } = words[source];
  const isShort = width === 5;
  const text = isFirst ? (isShort ? short : word) : '';
  const room = width - (isShort ? 2 : 3);
  return paint(role, `${padStart(padEnd(text, isShort ? room : 0), room)}${isShort ? '' : ' '}${marks.gutter} `);
}
