import { plainText } from '../../source/terminal/plain.ts';
import { clip, columnsOf, padEnd } from '../../source/terminal/width.ts';
import type { Facts } from '../keys/commands.ts';
import { footerKeys } from '../keys/lookup.ts';
import type { LogView } from '../model/view-state.ts';
import type { Theme } from '../theme/theme.ts';
import { Block } from './block.tsx';

const gap = '   ';

export function Footer({ line }: { readonly line: string }) {
  return <Block lines={[line]} name="footer" />;
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

/** The key whose name or words are at this column of the footer. */
export function spanAt(line: string, column: number): string | undefined {
  let at = 1;
  for (const entry of plainText(line).slice(1).trimEnd().split(gap)) {
    const width = columnsOf(entry);
    if (column >= at && column < at + width) return entry.split(' ')[0]?.replace('→', 'right');
    at += width + gap.length;
  }
  return undefined;
}

function keyText(key: string, { marks }: Theme): string {
  return key === 'right' && marks.border[4] !== '-' ? '→' : key;
}

/** What is being typed, in the place of the keys. */
export function searchLine(log: LogView, found: string, columns: number, theme: Theme): string {
  const sign = log.typing === 'only' ? '&' : '/';
  const text = log[log.typing ?? 'query'] ?? '';
  const left = ` ${theme.paint('strong', sign)}${clip(text, columns - 30)}${theme.paint('hit', ' ')}`;
  const right = theme.paint(
    'faint',
    log.typing === 'only'
      ? 'only lines with this, ! without   enter keep   esc all'
      : `${found}   enter search   esc drop`,
  );
  return columnsOf(left) + columnsOf(right) + 2 > columns
    ? left
    : `${padEnd(left, columns - columnsOf(right) - 1)}${right}`;
}
