import { write } from '../bench/world.ts';

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

/** @param pages by name without ending: their titles */
export function makeSite(folder: string, pages: Readonly<Record<string, string>>): void {
  const links = Object.keys(pages).map((name) => `${name}.html`);
  const files = Object.entries(pages).map(([name, title]): [string, string] => [`${name}.html`, page(title, links)]);
  const style = 'body { font-family: sans-serif; margin: 3em auto; max-width: 40em }\n'.repeat(3);
  write(folder, { ...Object.fromEntries(files), 'style.css': style, '.sti/bin/assemble': assemble });
}

export function page(title: string, links: readonly string[]): string {
  const items = links.map((link) => `<li><a href="${link}">${link}</a></li>\n`).join('');
  const head = `<title>${title}</title>\n<link rel="stylesheet" href="style.css">\n`;
  return `<!doctype html>\n${head}<h1>${title}</h1>\n<ul>\n${items}</ul>\n`;
}
