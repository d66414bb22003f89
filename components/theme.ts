/** What the terminal can show. */
export interface Look {
  /** Bits of colour: 1 (none), 4, 8 or 24. */
  readonly depth: number;
  /** False where the locale isn't UTF-8: marks and borders are ASCII then. */
  readonly unicode: boolean;
}

/** Without colours bold, faint and inverse remain: they are none. */
const styles = {
  strong: ['1', '1'],
  faint: ['2', '2'],
  good: ['32', ''],
  bad: ['1;31', '1'],
  busy: ['33', ''],
  link: ['36', ''],
  focus: ['1;36', '1'],
  hit: ['7', '7'],
} as const;
export type Style = keyof typeof styles;

export interface Marks {
  readonly ok: string;
  readonly failed: string;
  readonly skipped: string;
  readonly waiting: string;
  readonly on: string;
  readonly from: string;
  readonly more: string;
  readonly dot: string;
  readonly dash: string;
  readonly follow: string;
  readonly open: string;
  readonly closed: string;
  readonly arrows: string;
  readonly right: string;
  readonly spinner: readonly string[];
  /** Corners from the top left clockwise, then horizontal and vertical. */
  readonly border: readonly [string, string, string, string, string, string];
}

const unicode: Marks = {
  ok: '✔',
  failed: '✘',
  skipped: '↷',
  waiting: '·',
  on: '●',
  from: '◂',
  more: '…',
  dot: '·',
  dash: '—',
  follow: '▮',
  open: '▾',
  closed: '▸',
  arrows: '↑ ↓',
  right: '→',
  spinner: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
  border: ['╭', '╮', '╯', '╰', '─', '│'],
};

const ascii: Marks = {
  ok: '+',
  failed: 'x',
  skipped: '~',
  waiting: '.',
  on: '*',
  from: '<',
  more: '~',
  dot: '-',
  dash: '-',
  follow: '>',
  open: 'v',
  closed: '>',
  arrows: 'up/down',
  right: 'right',
  spinner: ['|', '/', '-', '\\'],
  border: ['+', '+', '+', '+', '-', '|'],
};

export interface Theme {
  readonly paint: (style: Style, text: string) => string;
  readonly marks: Marks;
  readonly look: Look;
  /** sti's own words with the dots and dashes that the terminal has. */
  readonly words: (text: string) => string;
}

export function createTheme(look: Look): Theme {
  const marks = look.unicode ? unicode : ascii;
  return {
    look,
    marks,
    paint(style, text) {
      const code = styles[style][look.depth > 1 ? 0 : 1];
      return code === '' || text === '' ? text : `\x1b[${code}m${text}\x1b[0m`;
    },
    words: (text) => (look.unicode ? text : text.replace(/[·—]/g, '-').replaceAll('…', '~')),
  };
}

/** The spinner's picture at a moment. */
export function spinnerAt(marks: Marks, now: number): string {
  return marks.spinner[Math.floor(now / 100) % marks.spinner.length] ?? '';
}
