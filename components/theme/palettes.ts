/** How a role looks: with 24 or 8 bits of colour, by the 16 colours that every terminal names itself, and without any. */
export interface Tone {
  /** `#rrggbb`; absent: the terminal's own. */
  readonly text?: string;
  readonly ground?: string;
  readonly bold?: boolean;
  readonly underlined?: boolean;
  /** Parameters of SGR for 16 colours. */
  readonly sixteen: string;
  /** And without colour: bold, faint, underlined and inverse are none. */
  readonly plain: string;
}

export const roles = [
  'strong',
  'faint',
  'good',
  'bad',
  'busy',
  'link',
  'focus',
  'border',
  'bar',
  'cursor',
  'hit',
  'found',
  'assemble',
  'app',
  'request',
  'sti',
] as const;
export type Role = (typeof roles)[number];
export type Palette = Readonly<Record<Role, Tone>>;
export type Ground = 'dark' | 'light';

const strong = { bold: true, sixteen: '1', plain: '1' };
const found = { underlined: true, sixteen: '4', plain: '4' };
const hit = { text: '#000000', ground: '#ffd75f', sixteen: '7', plain: '7' };

/** For each ground that a terminal may have. The colours are of the 256 that terminals agree on. */
export const palettes: Readonly<Record<Ground, Palette>> = {
  dark: {
    strong,
    found,
    hit,
    faint: { text: '#9e9e9e', sixteen: '37', plain: '2' },
    good: { text: '#87d787', sixteen: '32', plain: '' },
    bad: { text: '#ff8787', bold: true, sixteen: '1;31', plain: '1' },
    busy: { text: '#ffd787', sixteen: '33', plain: '' },
    link: { text: '#87d7ff', sixteen: '36', plain: '' },
    focus: { text: '#5fd7ff', bold: true, sixteen: '1;36', plain: '1' },
    border: { text: '#767676', sixteen: '37', plain: '2' },
    bar: { text: '#5fafd7', sixteen: '36', plain: '' },
    cursor: { text: '#ffffff', ground: '#444444', bold: true, sixteen: '7', plain: '7' },
    assemble: { text: '#d7afff', sixteen: '35', plain: '' },
    app: { text: '#87d787', sixteen: '32', plain: '' },
    request: { text: '#87d7ff', sixteen: '36', plain: '' },
    sti: { text: '#ffd787', sixteen: '33', plain: '' },
  },
  light: {
    strong,
    found,
    hit,
    faint: { text: '#626262', sixteen: '', plain: '2' },
    good: { text: '#005f00', sixteen: '32', plain: '' },
    bad: { text: '#af0000', bold: true, sixteen: '1;31', plain: '1' },
    busy: { text: '#875f00', sixteen: '35', plain: '' },
    link: { text: '#005faf', sixteen: '34', plain: '' },
    focus: { text: '#005fd7', bold: true, sixteen: '1;34', plain: '1' },
    border: { text: '#808080', sixteen: '', plain: '2' },
    bar: { text: '#0087af', sixteen: '34', plain: '' },
    cursor: { text: '#000000', ground: '#d0d0d0', bold: true, sixteen: '7', plain: '7' },
    assemble: { text: '#5f00af', sixteen: '35', plain: '' },
    app: { text: '#005f00', sixteen: '32', plain: '' },
    request: { text: '#005faf', sixteen: '34', plain: '' },
    sti: { text: '#875f00', sixteen: '31', plain: '' },
  },
};
