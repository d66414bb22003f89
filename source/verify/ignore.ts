import type { IgnoreRule, Kind } from './request.ts';

/** Whether a rule says that what has this name doesn't count. */
export function isIgnored(kind: Kind, name: string, rules: readonly IgnoreRule[]): boolean {
  return rules.some((rule) => rule.kind === kind && (rule.pattern === undefined || matches(rule.pattern, name)));
}

/** Whether nothing of a kind counts. */
export function isKindIgnored(kind: Kind, rules: readonly IgnoreRule[]): boolean {
  return rules.some((rule) => rule.kind === kind && (rule.pattern === undefined || /^\*+$/.test(rule.pattern)));
}

/** Each part after a `*` is taken where it comes first, so that the time is linear in both. */
function matches(pattern: string, name: string): boolean {
  const [first = '', ...others] = pattern.toLowerCase().split('*');
  const text = name.toLowerCase();
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
