import { Block } from './block.tsx';
import type { Facts } from './commands.ts';
import { footerKeys } from './key-lookup.ts';
import { clip, columnsOf, padEnd } from './text.ts';
import type { Theme } from './theme.ts';

const gap = '   ';

export function Footer({ line }: { readonly line: string }) {
  return <Block lines={[line]} />;
}

/** The keys that work now; the least important ones give way when room is short. */
export function footerLine(facts: Facts, columns: number, theme: Theme): string {
  let shown = footerKeys(facts);
  const width = (): number =>
    shown.reduce((sum, { key, label }) => sum + columnsOf(keyText(key, theme)) + label.length + 1, 1) +
    (shown.length - 1) * gap.length;
  while (width() > columns && shown.length > 1) {
    const worst = Math.max(...shown.map(({ rank }) => rank));
    const index = shown.findLastIndex(({ rank }) => rank === worst);
    shown = shown.filter((_key, at) => at !== index);
  }
  return ` ${shown.map(({ key, label }) => `${theme.paint('strong', keyText(key, theme))} ${theme.paint('faint', label)}`).join(gap)}`;
}

function keyText(key: string, { marks }: Theme): string {
  return key === 'right' ? marks.right : key;
}

/** What is being typed, in the place of the keys. */
export function searchLine(query: string, found: string, columns: number, theme: Theme): string {
  const left = ` ${theme.paint('strong', '/')}${clip(query, columns - 30)}${theme.paint('hit', ' ')}`;
  const right = theme.paint('faint', `${found}   enter search   esc drop`);
  return columnsOf(left) + columnsOf(right) + 2 > columns
    ? left
    : `${padEnd(left, columns - columnsOf(right) - 1)}${right}`;
}
