import { limitColours } from './colours.ts';
import { asciiMarks, type Marks, unicodeMarks } from './marks.ts';
import { type Ground, palettes, type Role, type Tone } from './palettes.ts';

/** What the terminal can show. */
export interface Look {
  /** Bits of colour: 1 (none), 4, 8 or 24. */
  readonly depth: number;
  /** False where the locale isn't UTF-8: marks and borders are ASCII then. */
  readonly unicode: boolean;
  /** Absent: dark, as most are. */
  readonly ground?: Ground;
}

export interface Theme {
  readonly paint: (role: Role, text: string) => string;
  readonly marks: Marks;
  readonly look: Look;
  /** sti's own words with the dots and dashes that the terminal has. */
  readonly words: (text: string) => string;
}

export function createTheme(look: Look): Theme {
  const palette = palettes[look.ground ?? 'dark'];
  const codes = new Map<Role, string>();
  return {
    look,
    marks: look.unicode ? unicodeMarks : asciiMarks,
    paint(role, text) {
      const code = codes.get(role) ?? codeOf(palette[role], look.depth);
      codes.set(role, code);
      return code === '' || text === '' ? text : `${code}${text}\x1b[0m`;
    },
    words: (text) => (look.unicode ? text : text.replace(/ [·—] |[·—…✔✘↷]/g, (sign) => inAscii[sign.trim()] ?? ', ')),
  };
}

/** Where a dot or a dash has spaces around it, it parts what a comma can part. */
const inAscii: Readonly<Record<string, string>> = {
  '…': asciiMarks.more,
  '✔': asciiMarks.ok,
  '✘': asciiMarks.failed,
  '↷': asciiMarks.skipped,
};

function codeOf({ text, ground, bold, underlined, sixteen, plain }: Tone, depth: number): string {
  if (depth < 8) {
    const code = depth > 1 ? sixteen : plain;
    return code === '' ? '' : `\x1b[${code}m`;
  }
  const parts = [
    ...(bold ? ['1'] : []),
    ...(underlined ? ['4'] : []),
    ...(text === undefined ? [] : [`38;2;${rgbOf(text).join(';')}`]),
    ...(ground === undefined ? [] : [`48;2;${rgbOf(ground).join(';')}`]),
  ];
  return parts.length === 0 ? '' : limitColours(`\x1b[${parts.join(';')}m`, depth);
}

/** Red, green and blue of `#rrggbb`. */
export function rgbOf(colour: string): readonly [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** The spinner's picture at a moment. */
export function spinnerAt(marks: Marks, now: number): string {
  return marks.spinner[Math.floor(now / 100) % marks.spinner.length] ?? '';
}
