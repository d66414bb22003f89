import type { OutputPiece } from '../../build/events.ts';
import { grouped } from '../../terminal/units.ts';

type Piece = Pick<OutputPiece, 'stream' | 'lines' | 'open'>;

/** Takes the flood out of a step's output: `… 6,601 more lines`. What is left is to be shown. */
export interface Fold {
  add(piece: Piece & { readonly at: number }): Piece[];
  /** What is folded, at the end of the step. */
  flush(): Piece[];
  /** How many lines are folded now. */
  readonly folded: number;
}

/** More lines than anybody reads as they come: so many at once, and so many a second. */
const atOnce = 200;
const perSecond = 100;
/** A flood is over when nothing has come for so long; milliseconds. */
const pause = 500;
/** The last lines of a flood are shown. */
const lastLines = 5;

/** For one step. */
export function createFold(): Fold {
  let room = atOnce;
  let before = 0;
  let folded = 0;
  let last: { readonly stream: Piece['stream']; readonly line: string }[] = [];
  const open = new Map<Piece['stream'], string>();

  const flush = (): Piece[] => {
    const hidden = folded - last.length;
    const note = `… ${grouped(hidden)} more ${hidden === 1 ? 'line' : 'lines'} (--verbose shows them)`;
    const first: Piece[] = hidden > 0 ? [{ stream: 'stdout', lines: [note], open: '' }] : [];
    const ends = [...open].map(([stream, text]) => ({ stream, lines: [], open: text }));
    const shown = [...first, ...last.map(({ stream, line }) => ({ stream, lines: [line], open: '' })), ...ends];
    folded = 0;
    last = [];
    open.clear();
    return shown;
  };

  return {
    get folded() {
      return folded;
    },
    flush,
    add({ at, stream, lines, open: unfinished }) {
      const earlier = folded > 0 && at - before >= pause ? flush() : [];
      room = Math.min(atOnce, room + ((at - before) / 1000) * perSecond);
      before = at;
      const fit = folded > 0 ? 0 : Math.min(lines.length, Math.floor(room));
      room -= fit;
      if (folded === 0 && fit === lines.length) return [...earlier, { stream, lines, open: unfinished }];
      const rest = lines.slice(fit);
      folded += rest.length;
      last = [...last, ...rest.slice(-lastLines).map((line) => ({ stream, line }))].slice(-lastLines);
      if (unfinished === '') open.delete(stream);
      else open.set(stream, unfinished);
      return fit === 0 ? earlier : [...earlier, { stream, lines: lines.slice(0, fit), open: '' }];
    },
  };
}
