/** What JSON and YAML both can say. */
export type Data = string | number | boolean | readonly Data[] | { readonly [key: string]: Data };

/** YAML in blocks, as people write it: one document. Texts that could be read as anything else are quoted. */
export function yaml(data: Data): string {
  return `${block(data, '').replace(/^\n/, '')}\n`;
}

/** Begins with a space, or with a line break where it is more than one line. */
function block(data: Data, indent: string): string {
  if (typeof data === 'string') return ` ${text(data, indent)}`;
  if (typeof data !== 'object') return ` ${data}`;
  if (isList(data)) {
    if (data.length === 0) return ' []';
    return data.map((item) => `\n${indent}-${block(item, `${indent}  `).replace(/^\n\s*/, ' ')}`).join('');
  }
  const entries = Object.entries(data);
  if (entries.length === 0) return ' {}';
  return entries.map(([key, value]) => `\n${indent}${word(key)}:${block(value, `${indent}  `)}`).join('');
}

/** Lines stand below each other where nothing in them needs to be escaped. */
function text(written: string, indent: string): string {
  const lines = /^[!-~][\n -~]*[!-~]\n$/.test(written) ? written.trimEnd().split('\n') : [];
  if (lines.length === 0) return word(written);
  return ['|', ...lines.map((line) => (line === '' ? '' : `${indent}${line}`))].join('\n');
}

/** YAML 1.1 takes some words for truth values. */
const truths = /^(true|false|yes|no|on|off|null|y|n)$/i;

function word(written: string): string {
  return /^[A-Za-z/][\w./@-]*$/.test(written) && !truths.test(written) ? written : JSON.stringify(written);
}

function isList(data: readonly Data[] | { readonly [key: string]: Data }): data is readonly Data[] {
  return Array.isArray(data);
}
