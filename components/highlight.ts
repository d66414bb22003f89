import { plainText } from '../source/dev/logs/plain.ts';

/**
 * The line with every match of the pattern in inverse. The matches are those of the text without its colours, so a hit that
 * a colour interrupts is still one.
 */
export function highlight(text: string, pattern: RegExp): string {
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
      shown += inside ? `${token}\x1b[7m` : token;
      continue;
    }
    const end = at + token.length;
    while (at < end) {
      const [from, to] = hits[next] ?? [end, end];
      const edge = inside ? to : from;
      if (at < edge) shown += token.slice(token.length - (end - at), token.length - (end - Math.min(edge, end)));
      else {
        shown += inside ? '\x1b[27m' : '\x1b[7m';
        if (inside) next += 1;
        inside = !inside;
      }
      at = Math.max(at, Math.min(edge, end));
    }
  }
  return inside ? `${shown}\x1b[27m` : shown;
}
