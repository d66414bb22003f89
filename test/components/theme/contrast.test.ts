import { describe, expect, it } from 'vitest';
import { rgbOfIndex } from '../../../components/theme/colours.ts';
import { palettes, type Role, roles } from '../../../components/theme/palettes.ts';
import { createTheme, rgbOf } from '../../../components/theme/theme.ts';

/** The grounds of terminals that people have, the worst of each kind among them. */
const grounds = {
  dark: ['#000000', '#1e1e1e', '#300a24', '#002b36', '#282a36', '#282c34'],
  light: ['#ffffff', '#fafafa', '#fdf6e3', '#eff1f5'],
} as const;
type Rgb = readonly [number, number, number];

/** WCAG 2, section 1.4.3. */
function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}
function contrast(one: Rgb, other: Rgb): number {
  const [less, more] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return ((more ?? 0) + 0.05) / ((less ?? 0) + 0.05);
}

/** What a terminal of 256 colours shows for it. */
function painted(ground: 'dark' | 'light', role: Role, plane: 38 | 48): Rgb | undefined {
  const code = createTheme({ depth: 8, unicode: true, ground }).paint(role, 'x');
  const index = new RegExp(`${plane};5;(\\d+)`).exec(code)?.[1];
  return index === undefined ? undefined : rgbOfIndex(Number(index));
}

describe.each(['dark', 'light'] as const)('on a %s ground', (ground) => {
  describe.each(grounds[ground])('such as %s', (behind) => {
    it.each(roles)('%s can be read', (role) => {
      const tone = palettes[ground][role];
      // Lines and bars are no text.
      const enough = role === 'border' || role === 'bar' ? 3 : 4.5;
      if (tone.text === undefined) return;
      expect(contrast(rgbOf(tone.text), rgbOf(tone.ground ?? behind))).toBeGreaterThanOrEqual(enough);
      const text = painted(ground, role, 38);
      const under = painted(ground, role, 48) ?? rgbOf(behind);
      expect(contrast(text ?? [0, 0, 0], under)).toBeGreaterThanOrEqual(enough);
    });
  });
});

describe('a theme', () => {
  const all = (depth: number) => roles.map((role) => createTheme({ depth, unicode: true }).paint(role, 'x')).join('');
  it('has as many colours as the terminal, and none where it has none', () => {
    expect(all(24)).toMatch(/38;2;/);
    expect(all(8)).toMatch(/38;5;/);
    expect(all(8)).not.toMatch(/8;2;/);
    expect(all(4)).toMatch(/\x1b\[3[1-6]m/);
    expect(all(4)).not.toMatch(/[34]8;/);
    expect(
      all(1)
        .match(/\d+(?=[;m])/g)
        ?.filter((code) => !['0', '1', '2', '4', '7'].includes(code)),
    ).toEqual([]);
  });
});
