/**
 * The line with every match of the pattern in inverse. The matches are those of the text without its colours, so a hit that
 * a colour interrupts is still one.
 */
export function highlight(text: string, pattern: RegExp): string {
  const tokens = text.split(/(\x1b\[[\d;:]*m)/);
  const plain = tokens.filter((_token, index) => index % 2 === 0).join('');
  const hits = [...plain.matchAll(pattern)].map((match) => [match.index, match.index + match[0].length] as const);
  if (hits.length === 0) return text;
  let shown = '';
  let at = 0;
  let inside = false;
  for (const [index, token] of tokens.entries()) {
    if (index % 2 === 1) {
      // A reset would end the highlight too early.
      shown += inside ? `${token}\x1b[7m` : token;
      continue;
    }
    const end = at + token.length;
    const edges = [...new Set(hits.flat())].filter((edge) => edge > at && edge < end);
    for (const edge of [at, ...edges]) {
      const hit = hits.some(([from, to]) => from <= edge && edge < to);
      if (hit !== inside && edge < end) {
        shown += hit ? '\x1b[7m' : '\x1b[27m';
        inside = hit;
      }
      shown += plain.slice(edge, edges.find((other) => other > edge) ?? end);
    }
    at = end;
  }
  return inside ? `${shown}\x1b[27m` : shown;
}
