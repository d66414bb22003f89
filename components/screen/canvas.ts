import type { DOMElement } from 'ink';
import { createContext } from 'react';

/** Where something is drawn that can be pointed at: which block, and where in it. */
export interface Hit {
  readonly name: string;
  readonly row: number;
  readonly column: number;
  /** The row of the screen as it is shown. */
  readonly text: string;
  readonly screenColumn: number;
}

interface Placed {
  readonly left: number;
  readonly top: number;
  readonly lines: readonly string[];
}

/**
 * The lines of all blocks, put together where Ink's layout has their boxes. Ink's own way through a text, a character at a
 * time, would take most of a frame, and it remembers the measure of every text for ever: a log's lines never come again.
 */
export class Canvas {
  readonly #blocks = new Map<DOMElement, { readonly lines: readonly string[]; readonly name: string }>();
  #shown: readonly string[] = [];

  set(box: DOMElement, lines: readonly string[], name: string): void {
    this.#blocks.set(box, { lines, name });
  }

  delete(box: DOMElement): void {
    this.#blocks.delete(box);
  }

  /** The screen's rows. A block that has another one at its right fills its own columns. */
  rows(): string[] {
    const placed = Array.from(this.#blocks, ([box, { lines }]): Placed => ({ ...placeOf(box), lines }));
    const rows: string[] = [];
    for (const { top, lines } of placed.toSorted((one, other) => one.left - other.left)) {
      for (const [index, line] of lines.entries()) rows[top + index] = (rows[top + index] ?? '') + line;
    }
    this.#shown = Array.from(rows, (row) => row ?? '');
    return [...this.#shown];
  }

  /** What is drawn at this place, by Ink's own layout. */
  at(row: number, column: number): Hit | undefined {
    for (const [box, { lines, name }] of this.#blocks) {
      const { left, top } = placeOf(box);
      const width = box.yogaNode?.getComputedWidth() ?? 0;
      const isInside = row >= top && row < top + lines.length && column >= left && column < left + width;
      if (!isInside) continue;
      return { name, row: row - top, column: column - left, text: this.#shown[row] ?? '', screenColumn: column };
    }
    return undefined;
  }
}

export const CanvasContext = createContext(new Canvas());

/** Columns and rows from the upper left corner. */
function placeOf(box: DOMElement): { left: number; top: number } {
  const { left, top } = box.parentNode === undefined ? { left: 0, top: 0 } : placeOf(box.parentNode);
  return { left: left + (box.yogaNode?.getComputedLeft() ?? 0), top: top + (box.yogaNode?.getComputedTop() ?? 0) };
}
