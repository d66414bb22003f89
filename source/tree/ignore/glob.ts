/** A set of characters, such as `[a-z]`; it never holds `/`. */
export interface CharSet {
  readonly negated: boolean;
  /** First and last code point of each range. */
  readonly ranges: readonly (readonly [number, number])[];
}

/**
 * What a pattern is made of: a code point stands for itself, `any` for one character but `/`, `star` for any number of
 * them, `folders` for nothing or whatever ends in `/`, `rest` for all that is left.
 */
export type GlobToken = number | CharSet | 'any' | 'star' | 'folders' | 'rest';

export interface Glob {
  /** Takes time linear in tokens × text, whatever both are. */
  matches(text: string): boolean;
}

/** Inside `folders`, which is left only behind a `/`. */
type State = GlobToken | 'within-folders';

export const slash = 0x2f;

/** @param below whether a path below a match matches too */
export function compileGlob(tokens: readonly GlobToken[], { below = false } = {}): Glob {
  const { prefix, longest } = literalsOf(tokens);
  if (prefix.length === tokens.length) {
    const text = textOf(prefix);
    return { matches: (path) => path === text || (below && path.startsWith(`${text}/`)) };
  }
  const states = tokens.slice(prefix.length).flatMap((token): State[] => {
    return token === 'folders' ? ['folders', 'within-folders'] : [token];
  });
  const start = textOf(prefix);
  const part = textOf(longest);
  const automaton = new Automaton(states, below);
  // Most names differ in what a pattern has of plain text, which is found out much faster.
  return { matches: (path) => path.startsWith(start) && path.includes(part) && automaton.accepts(path, start.length) };
}

/** Code points that a match begins with, and the longest run of them that it has anywhere. */
function literalsOf(tokens: readonly GlobToken[]): { prefix: number[]; longest: number[] } {
  const runs: number[][] = [[]];
  for (const token of tokens) {
    if (typeof token === 'number') runs.at(-1)?.push(token);
    else runs.push([]);
  }
  const [prefix = []] = runs;
  return { prefix, longest: runs.reduce((longest, run) => (run.length > longest.length ? run : longest)) };
}

function textOf(codePoints: readonly number[]): string {
  return codePoints.map((codePoint) => String.fromCodePoint(codePoint)).join('');
}

/** Follows all ways through a pattern at once, so that no text makes it go back and try again. */
class Automaton {
  readonly #states: readonly State[];
  readonly #below: boolean;
  /** The step at which each state was reached last; the state behind the last one is the match. */
  readonly #reachedAt: Float64Array;
  #step = 0;
  #active: number[] = [];
  #next: number[] = [];

  constructor(states: readonly State[], below: boolean) {
    this.#states = states;
    this.#below = below;
    this.#reachedAt = new Float64Array(states.length + 1);
  }

  accepts(text: string, from: number): boolean {
    this.#next = [];
    this.#step += 1;
    if (this.#enter(0)) return true;
    for (let index = from; index < text.length; index += 1) {
      const char = text.codePointAt(index) ?? 0;
      if (char > 0xffff) index += 1;
      if (char === slash && this.#below && this.#matched()) return true;
      [this.#active, this.#next] = [this.#next, this.#active];
      this.#next.length = 0;
      this.#step += 1;
      for (const state of this.#active) if (this.#take(state, char)) return true;
      if (this.#next.length === 0) return false;
    }
    return this.#matched();
  }

  #matched(): boolean {
    return this.#reachedAt[this.#states.length] === this.#step;
  }

  /** true: whatever follows, it's a match. */
  #take(index: number, char: number): boolean {
    const state = this.#states[index];
    switch (state) {
      case undefined:
        return false;
      case 'any':
        return char !== slash && this.#enter(index + 1);
      case 'star':
        return char !== slash && this.#enter(index);
      case 'within-folders':
        return this.#enter(index) || (char === slash && this.#enter(index + 1));
      case 'folders':
      case 'rest':
        return false;
    }
    return (typeof state === 'number' ? state === char : isIn(state, char)) && this.#enter(index + 1);
  }

  /** Reaches a state, and those behind it that are reached without a character. */
  #enter(first: number): boolean {
    for (let index = first; this.#reachedAt[index] !== this.#step; index += 1) {
      this.#reachedAt[index] = this.#step;
      const state = this.#states[index];
      if (state === 'rest') return true;
      if (state === 'folders') return this.#enter(index + 1) || this.#enter(index + 2);
      this.#next.push(index);
      if (state !== 'star') return false;
    }
    return false;
  }
}

function isIn({ negated, ranges }: CharSet, char: number): boolean {
  return char !== slash && ranges.some(([first, last]) => first <= char && char <= last) !== negated;
}
