/** The signs that stand beside words. In ASCII none of them is also a border or a key. */
export interface Marks {
  readonly ok: string;
  readonly failed: string;
  readonly skipped: string;
  readonly waiting: string;
  readonly on: string;
  readonly from: string;
  readonly more: string;
  readonly follow: string;
  readonly open: string;
  readonly closed: string;
  readonly cursor: string;
  /** Before the rows that tell a failure. */
  readonly alarm: string;
  /** Between a source's word and its line. */
  readonly gutter: string;
  /** Before a row that goes on from the one above. */
  readonly wrapped: string;
  readonly rule: string;
  readonly times: string;
  readonly spinner: readonly string[];
  /** From the least to the most. */
  readonly levels: readonly string[];
  /** Parts of a column, from the least to a whole one, and an empty one. */
  readonly bar: { readonly parts: readonly string[]; readonly empty: string };
  /** Corners from the top left clockwise, then horizontal and vertical. */
  readonly border: readonly [string, string, string, string, string, string];
}

export const unicodeMarks: Marks = {
  ok: '✔',
  failed: '✘',
  skipped: '↷',
  waiting: '·',
  on: '●',
  from: '◂',
  more: '…',
  follow: '▮',
  open: '▾',
  closed: '▸',
  cursor: '❯',
  alarm: '▌',
  gutter: '▏',
  wrapped: '↪',
  rule: '─',
  times: '×',
  spinner: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
  levels: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  bar: { parts: ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'], empty: '░' },
  border: ['╭', '╮', '╯', '╰', '─', '│'],
};

export const asciiMarks: Marks = {
  ok: '=',
  failed: '!',
  skipped: '%',
  waiting: '.',
  on: '*',
  from: 'from',
  more: '~',
  follow: '_',
  open: 'v',
  closed: ')',
  cursor: ']',
  alarm: '!',
  gutter: ' ',
  wrapped: '`',
  rule: '=',
  times: '*',
  spinner: ['.', '*', '#', '*'],
  levels: ['_', '.', ',', ';', '=', '*', '#', '@'],
  bar: { parts: ['#'], empty: '.' },
  border: ['+', '+', '+', '+', '-', '|'],
};
