import type { IBufferCell, Terminal } from '@xterm/headless';
import type { Cell, Ground } from './svg.ts';

/** The first 16 colours, which every terminal has its own idea of: these are readable on the picture's background. */
const named: Readonly<Record<Ground, readonly string[]>> = {
  dark: [
    ...['#484f58', '#ff7b72', '#3fb950', '#d29922', '#58a6ff', '#bc8cff', '#39c5cf', '#b1bac4'],
    ...['#6e7681', '#ffa198', '#56d364', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#ffffff'],
  ],
  light: [
    ...['#24292f', '#cf222e', '#116329', '#7d4e00', '#0969da', '#8250df', '#1b7c83', '#6e7781'],
    ...['#57606a', '#a40e26', '#1a7f37', '#633c01', '#218bff', '#a475f9', '#3192aa', '#57606a'],
  ],
};

/** What a terminal shows at this moment, row by row. */
export function cellsOf(terminal: Terminal, ground: Ground = 'dark'): Cell[][] {
  const { active } = terminal.buffer;
  return Array.from({ length: terminal.rows }, (_row, row) => {
    const line = active.getLine(active.baseY + row);
    return Array.from({ length: terminal.cols }, (_column, column) => {
      const cell = line?.getCell(column);
      return cell === undefined ? { text: ' ', width: 1 } : cellOf(cell, named[ground]);
    });
  });
}

function cellOf(cell: IBufferCell, palette: readonly string[]): Cell {
  const width = cell.getWidth();
  return {
    text: cell.getChars(),
    width: width === 0 || width === 2 ? width : 1,
    ...(!cell.isFgDefault() && { colour: colourOf(cell.getFgColor(), cell.isFgRGB(), palette) }),
    ...(!cell.isBgDefault() && { background: colourOf(cell.getBgColor(), cell.isBgRGB(), palette) }),
    bold: cell.isBold() !== 0,
    dim: cell.isDim() !== 0,
    inverse: cell.isInverse() !== 0,
  };
}

/** @param value 24 bits, or a number of the 256 colours: 16 with names, a cube of 6×6×6, and 24 greys */
function colourOf(value: number, isRgb: boolean, palette: readonly string[]): string {
  if (isRgb) return hex([value >> 16, (value >> 8) & 255, value & 255]);
  if (value < 16) return palette[value] ?? '';
  if (value >= 232) return hex([1, 1, 1].map(() => 8 + (value - 232) * 10));
  const cube = value - 16;
  return hex([Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((step) => step && 55 + step * 40));
}

function hex(parts: readonly number[]): string {
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
