const sequence = /\x1b\[([\d;:]*)m/g;

/** What of a character's look a code is about, by the code that names it best; every other code is about nothing here. */
const aboutOf: Readonly<Record<number, number>> = {
  1: 1,
  2: 2,
  3: 3,
  4: 4,
  21: 4,
  5: 5,
  6: 5,
  7: 7,
  8: 8,
  9: 9,
  53: 53,
};
/** Followed by a colour: `5;N` or `2;R;G;B`. */
const extended: readonly number[] = [38, 48, 58];
/** What the codes that switch off are about. */
const endedBy: Readonly<Record<number, readonly number[]>> = {
  22: [1, 2],
  23: [3],
  24: [4],
  25: [5],
  27: [7],
  28: [8],
  29: [9],
  39: [38],
  49: [48],
  55: [53],
  59: [58],
};

/**
 * The colours that are on after the text, as the one shortest sequence that switches them on; '' when there are none.
 * @param before those that are on where the text begins, in the same form
 */
export function coloursAfter(before: string, text: string): string {
  if (!text.includes('\x1b')) return before;
  const reset = text.lastIndexOf('\x1b[0m');
  const counting = reset < 0 ? before + text : text.slice(reset);
  const on = new Map<number, string>();
  for (const [, parameters = ''] of counting.matchAll(sequence)) change(on, parameters.split(';'));
  return on.size === 0 ? '' : `\x1b[${[...on.values()].join(';')}m`;
}

function change(on: Map<number, string>, codes: readonly string[]): void {
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? '';
    const number = Number.parseInt(code, 10) || 0;
    const about = aboutOf[number] ?? colourOf(number);
    if (number === 0) on.clear();
    else if (code === '4:0') on.delete(4);
    else if (extended.includes(number) && !code.includes(':')) {
      const length = argumentsOf(codes[at + 1]);
      on.set(number, codes.slice(at, at + length).join(';'));
      at += length - 1;
    } else if (about !== undefined) on.set(about, code);
    else for (const ended of endedBy[number] ?? []) on.delete(ended);
  }
}

/** 38: a colour of the characters, 48: of what is behind them, 58: of the line below them. */
function colourOf(code: number): number | undefined {
  if ((code >= 30 && code <= 38) || (code >= 90 && code <= 97)) return 38;
  if ((code >= 40 && code <= 48) || (code >= 100 && code <= 107)) return 48;
  return code === 58 ? 58 : undefined;
}

/** The colour sequence with these parameters, without the one that hides text; '' when nothing is left of it. */
export function withoutHidden(parameters: string): string {
  const codes = parameters.split(';');
  const kept: string[] = [];
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? '';
    const length = extended.includes(Number(code)) && code !== '' ? argumentsOf(codes[at + 1]) : 1;
    if (Number.parseInt(code, 10) !== 8) kept.push(...codes.slice(at, at + length));
    at += length - 1;
  }
  return kept.length === 0 ? '' : `\x1b[${kept.join(';')}m`;
}

/** How many codes a colour of the extended ones takes, by the code that follows it. */
function argumentsOf(form: string | undefined): number {
  return { '2': 5, '5': 3 }[form ?? ''] ?? 1;
}
