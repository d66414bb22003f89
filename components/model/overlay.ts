/** A row that can be chosen. */
export interface Choice {
  /** What it is called for short, where that isn't its label: typing finds it, too. */
  readonly name?: string;
  readonly label: string;
  /** Such as its key, or a part of what it is. */
  readonly detail: string;
  /** Why it can't be chosen now. */
  readonly why?: string | undefined;
  readonly act: () => void;
}

/** What lies over the panes: words that can be scrolled, or rows of which one is chosen by typing. */
export type Overlay =
  | {
      readonly kind: 'text';
      readonly title: string;
      /** Its rows for so many columns and rows. */
      readonly lines: (size: { readonly columns: number; readonly rows: number }) => readonly string[];
      readonly top: number;
    }
  | {
      readonly kind: 'choose';
      readonly title: string;
      readonly choices: readonly Choice[];
      readonly query: string;
      readonly cursor: number;
    };
type TextOverlay = Overlay & { readonly kind: 'text' };
type ChoiceOverlay = Overlay & { readonly kind: 'choose' };

const steps: Readonly<Record<string, number>> = {
  up: -1,
  down: 1,
  'page-up': -10,
  'page-down': 10,
  first: Number.NEGATIVE_INFINITY,
  last: 1_000_000,
};

/** Words after a command; undefined: they are closed. */
export function scrollText(overlay: TextOverlay, command: string): Overlay | undefined {
  if (!(command in steps)) return undefined;
  return { ...overlay, top: Math.max(0, overlay.top + (steps[command] ?? 0)) };
}

/** The choices that what was typed may mean, the likeliest first. */
export function matching({ choices, query }: ChoiceOverlay): readonly Choice[] {
  return choices
    .map((choice) => ({
      choice,
      score: likeness(query, [choice.name ?? [], choice.label, choice.detail].flat().join(' ')),
    }))
    .filter(({ score }) => score !== undefined)
    .toSorted((a, b) => (b.score ?? 0) - (a.score ?? 0))
    .map(({ choice }) => choice);
}

/**
 * How well the text has the letters of the query, in their order; undefined: it hasn't. Letters one after the other and those
 * with which a word begins tell most.
 */
function likeness(query: string, text: string): number | undefined {
  const [wanted, there] = [query.toLowerCase().replaceAll(' ', ''), text.toLowerCase()];
  let score = 0;
  let at = -1;
  for (const letter of wanted) {
    const start = at;
    const begins = there.indexOf(` ${letter}`, start);
    const next = there.indexOf(letter, start + 1);
    if (next < 0) return undefined;
    at = next === start + 1 || begins < 0 ? next : begins + 1;
    score += at === start + 1 ? 3 : at === 0 || there.charAt(at - 1) === ' ' ? 2 : 0;
    score -= Math.min(1, (at - start) / 100);
  }
  return score;
}

/** Choices after a key: the overlay, or the choice that was made; undefined: it is closed. */
export function typeChoice(overlay: ChoiceOverlay, key: string): Overlay | Choice | undefined {
  const { query, cursor } = overlay;
  const shown = matching(overlay);
  const to = (index: number): Overlay => ({ ...overlay, cursor: Math.max(0, Math.min(shown.length - 1, index)) });
  if (key === 'esc') return undefined;
  if (key === 'enter') return shown[cursor] ?? overlay;
  if (key === 'up') return to(cursor - 1);
  if (key === 'down' || key === 'tab') return to(cursor + 1);
  if (key === 'pageup') return to(cursor - 10);
  if (key === 'pagedown') return to(cursor + 10);
  if (key === 'backspace') return { ...overlay, query: [...query].slice(0, -1).join(''), cursor: 0 };
  const letter = key === 'space' ? ' ' : key;
  return [...letter].length === 1 ? { ...overlay, query: query + letter, cursor: 0 } : overlay;
}
