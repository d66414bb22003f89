import { type Command, type Facts, groups } from './commands.ts';
import { keyMap } from './map.ts';

/** What a key does now, or why it can't; undefined: there is no such key. */
export function meaningOf(
  key: string,
  facts: Facts,
): { readonly command: Command } | { readonly why: string } | undefined {
  const bindings = keyMap.filter(({ keys }) => keys.includes(key));
  const binding = bindings.find(({ whyNot }) => whyNot(facts) === undefined);
  if (binding !== undefined) return { command: binding.command };
  const why = bindings[0]?.whyNot(facts);
  return why === undefined ? undefined : { why };
}

/** What the footer says, in the table's order. */
export function footerKeys(facts: Facts): { readonly key: string; readonly label: string; readonly rank: number }[] {
  return keyMap.flatMap(({ keys, footer, whyNot }) => {
    const [key] = keys;
    if (footer === undefined || key === undefined || whyNot(facts) !== undefined) return [];
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

/** Keys and what they do, by group, as help and docs/dashboard.md list them. */
export function helpTable(): { readonly group: string; readonly rows: readonly (readonly [string, string])[] }[] {
  return groups.map((group) => ({
    group,
    rows: keyMap.flatMap(({ keys, help, group: of }) =>
      of === group && help !== '' ? [[keys.join(' '), help] as const] : [],
    ),
  }));
}
