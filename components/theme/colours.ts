const sequence = /\x1b\[([\d;:]*)m/g;

/** The text with its colours as far as the terminal has them: 24, 8 or 4 bits, or none. */
export function limitColours(text: string, depth: number): string {
  if (!text.includes('\x1b') || depth >= 24) return text;
  if (depth <= 1) return text.replace(sequence, '');
  return text.replace(sequence, (_all, parameters: string) => `\x1b[${limitCodes(parameters, depth)}m`);
}

/**
 * A colour is written `38;5;N` or `38;2;R;G;B`, or as one code with colons (ISO 8613-6), where the name of a colour space
 * may stand before the red, mostly left empty.
 */
function limitCodes(parameters: string, depth: number): string {
  const codes = parameters.split(';');
  const kept: (string | number)[] = [];
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index] ?? '';
    const parts = code.includes(':') ? code.split(':') : codes.slice(index, index + 5);
    if (parts.length === 6) parts.splice(2, 1);
    const [ground = 0, form, ...values] = parts.map(Number);
    const hasColour = (ground === 38 || ground === 48) && (form === 2 || form === 5);
    if (!hasColour) {
      kept.push(code);
      continue;
    }
    const [first = 0, green = 0, blue = 0] = values;
    if (depth < 8) kept.push(basic(ground, form === 2 ? [first, green, blue] : rgbOfIndex(first)));
    else kept.push(ground, 5, form === 2 ? cubeColour(first, green, blue) : first);
    if (!code.includes(':')) index += form === 2 ? 4 : 2;
  }
  return kept.join(';');
}

/** The nearest of the 24 greys, or of the 6×6×6 cube, that terminals of 256 colours have. */
function cubeColour(red: number, green: number, blue: number): number {
  if (red === green && green === blue && (red - 8) % 10 === 0 && red < 240) return 232 + (red - 8) / 10;
  const level = (value: number): number =>
    value < 48 ? 0 : value < 115 ? 1 : Math.min(5, Math.floor((value - 35) / 40));
  return 16 + 36 * level(red) + 6 * level(green) + level(blue);
}

/** Red, green and blue of one of the 256. */
export function rgbOfIndex(index: number): readonly [number, number, number] {
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return [grey, grey, grey];
  }
  if (index >= 16) {
    const level = (value: number): number => (value === 0 ? 0 : 55 + value * 40);
    const cube = index - 16;
    return [level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)];
  }
  const on = index >= 8 ? 255 : 170;
  return [index & 1 ? on : 0, index & 2 ? on : 0, index & 4 ? on : 0];
}

/** One of the 16: which of the three parts are on, and bright when they are strong. */
function basic(ground: number, [red, green, blue]: readonly [number, number, number]): number {
  const most = Math.max(red, green, blue);
  const half = most / 2;
  const bits = most < 64 ? 0 : (red > half ? 1 : 0) | (green > half ? 2 : 0) | (blue > half ? 4 : 0);
  const bright = most > 200 && bits !== 7 ? 60 : 0;
  return (ground === 38 ? 30 : 40) + bits + bright;
}
