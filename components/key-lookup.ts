import { type Command, type Facts, groups } from './commands.ts';
import { keyMap } from './key-map.ts';

/** The command of a key, if it has one now. */
export function commandOf(key: string, facts: Facts): Command | undefined {
  return keyMap.find(({ keys, when }) => keys.includes(key) && when(facts))?.command;
}

/** What the footer says, in the table's order. */
export function footerKeys(facts: Facts): { readonly key: string; readonly label: string; readonly rank: number }[] {
  return keyMap.flatMap(({ keys, footer, when }) => {
    const [key] = keys;
    if (footer === undefined || key === undefined || !when(facts)) return [];
    const { label, rank } = footer;
    return [
      {
        key,
        label: typeof label === 'string' ? label : label(facts),
        rank: typeof rank === 'number' ? rank : rank(facts),
      },
    ];
  });
}

/** Keys and what they do, by group, as help and the README list them. */
export function helpTable(): { readonly group: string; readonly rows: readonly (readonly [string, string])[] }[] {
  return groups.map((group) => ({
    group,
    rows: keyMap.flatMap(({ keys, help, group: of }) =>
      of === group && help !== '' ? [[keys.join(' '), help] as const] : [],
    ),
  }));
}
