// @ts-check
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The applications of the pictures: small sites with an assemble of their own, which refuses dead links. */

const assemble = `#!/bin/sh
# Refuses a site with dead links; then the builder's own assemble does the rest.
set -eu
cd /tmp/src
dead=0
for page in *.html; do
  echo "checking the links of $page"
  for target in $(sed -n 's/.*href="\\([^":#]*\\)".*/\\1/p' "$page"); do
    [ -e "$target" ] && continue
    echo "error: $page links to $target: no such file" >&2
    dead=1
  done
done
[ "$dead" = 0 ] || exit 1
exec /usr/libexec/s2i/assemble
`;

/**
 * @param {string} folder
 * @param {Readonly<Record<string, string>>} pages by name without ending: their titles
 */
export function makeSite(folder, pages) {
  const links = Object.keys(pages).map((name) => `${name}.html`);
  for (const [name, title] of Object.entries(pages)) write(folder, `${name}.html`, page(title, links));
  write(folder, 'style.css', 'body { font-family: sans-serif; margin: 3em auto; max-width: 40em }\n'.repeat(3));
  write(folder, '.sti/bin/assemble', assemble);
  chmodSync(join(folder, '.sti/bin/assemble'), 0o755);
}

/**
 * @param {string} title
 * @param {readonly string[]} links
 */
export function page(title, links) {
  const items = links.map((link) => `<li><a href="${link}">${link}</a></li>\n`).join('');
  const head = `<title>${title}</title>\n<link rel="stylesheet" href="style.css">\n`;
  return `<!doctype html>\n${head}<h1>${title}</h1>\n<ul>\n${items}</ul>\n`;
}

/**
 * @param {string} folder
 * @param {string} path in the folder; its parents are made
 * @param {string} content
 */
export function write(folder, path, content) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}
