import type { Key } from 'ink';

const named = {
  upArrow: 'up',
  downArrow: 'down',
  leftArrow: 'left',
  rightArrow: 'right',
  pageUp: 'pageup',
  pageDown: 'pagedown',
  home: 'home',
  end: 'end',
  return: 'enter',
  escape: 'esc',
  backspace: 'backspace',
  // Ink 6 calls 0x7F, which the backspace key sends, delete.
  delete: 'backspace',
} as const;

/** The names of the keys that came, in order: quick typing arrives as one piece. */
export function keyNames(input: string, key: Key): string[] {
  if (key.tab) return [key.shift ? 'shift+tab' : 'tab'];
  for (const [flag, name] of entries(named)) if (key[flag]) return [name];
  if (key.ctrl) return [`ctrl+${input}`];
  if (key.meta) return [];
  return [...input].map((character) => {
    if (character === ' ') return 'space';
    if (character === '\t') return 'tab';
    if (character === '\r' || character === '\n') return 'enter';
    if (character === '\x03') return 'ctrl+c';
    if (character === '\x1a') return 'ctrl+z';
    return character === '\x7f' ? 'backspace' : character;
  });
}

function entries<Name extends keyof typeof named>(record: Readonly<Record<Name, string>>): [Name, string][] {
  const found: [Name, string][] = [];
  for (const name in record) found.push([name, record[name]]);
  return found;
}
