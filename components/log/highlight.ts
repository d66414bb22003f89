import { plainText } from '../../source/terminal/plain.ts';

const codes = { current: ['\x1b[7m', '\x1b[27m'], other: ['\x1b[4m', '\x1b[24m'] } as const;

/**
 * The line with every match of the pattern marked: inverse in the line that was gone to, underlined in others. The matches are those of the text without its colours, so a hit that
 * a colour interrupts is still one.
 */
export function highlight(text: string, pattern: RegExp, line: keyof typeof codes): string {
  const [on, off] = codes[line];
  const hits = [...plainText(text).matchAll(pattern)].map(
    (match) => [match.index, match.index + match[0].length] as const,
  );
  if (hits.length === 0) return text;
  let shown = '';
  let at = 0;
  let next = 0;
  let inside = false;
  for (const [index, token] of text.split(/(\x1b\[[\d;:]*m)/).entries()) {
    if (index % 2 === 1) {
      // A reset would end the highlight too early.
      shown += inside ? `${token}${on}` : token;
      continue;
    }
    const end = at + token.length;
    while (at < end) {
      const [from, to] = hits[next] ?? [end, end];
      const edge = inside ? to : from;
      if (at < edge) shown += token.slice(token.length - (end - at), token.length - (end - Math.min(edge, end)));
      else {
        shown += inside ? off : on;
        if (inside) next += 1;
        inside = !inside;
      }
      at = Math.max(at, Math.min(edge, end));
    }
  }
  return inside ? shown + off : shown;
}
