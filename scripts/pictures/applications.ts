import { writePrograms } from '../../test/support/write-files.ts';

/** The applications of the pictures: small sites whose assemble refuses pages that aren't there, and whose pages can make trouble. */

const assemble = `#!/bin/sh
# Refuses pages that aren't there, keeps the fonts that it fetched, and lists the pages that have a map.
set -eu
cd /tmp/src
app=/opt/app-root
mkdir -p $app/site/fonts $app/cache
for page in *.html; do echo "checking $page"; done
for page in $(grep -o '[a-z]*\\.html' site.config.js); do
  [ -e "$page" ] || { echo "error: site.config.js:1: $page: no such file" >&2; exit 1; }
done
[ ! -d /tmp/artifacts/cache ] || cp -R /tmp/artifacts/cache/. $app/cache
[ -e $app/cache/tea.woff ] || { echo "fetching fonts"; head -c 400000 /dev/urandom > $app/cache/tea.woff; }
sleep 0.4
[ ! -e slow.html ] || { echo "drawing the maps"; sleep 6; }
cp $app/cache/*.woff $app/site/fonts
cp ./*.html ./*.css $app/site
grep -l 'a map' ./*.html > $app/site/pages-with-a-map || :
echo "site: $(ls | wc -l) files"
`;

const run = `#!/bin/sh
# late.html makes it start late, and crash.html makes it end.
cd /opt/app-root/site
[ ! -e late.html ] || { echo "warming up"; sleep 6; }
httpd -f -v -p "\${PORT:-8080}" -h . &
trap "kill $!; exit 0" TERM INT
[ ! -e crash.html ] || { sleep 1; echo "error: no tea left in crash.html:3" >&2; exit 3; }
wait
`;

/** What is in the menu; as all that configures a build, a change of it is always assembled. */
export function siteConfig(pages: readonly string[]): string {
  return `export const menu = ${JSON.stringify(pages)};\n`;
}

/** @param pages by name without ending: their titles */
export function makeSite(folder: string, pages: Readonly<Record<string, string>>): void {
  const links = Object.keys(pages).map((name) => `${name}.html`);
  const files = Object.entries(pages).map(([name, title]): [string, string] => [`${name}.html`, page(title, links)]);
  const style = 'body { font-family: sans-serif; margin: 3em auto; max-width: 40em }\n'.repeat(3);
  writePrograms(folder, {
    ...Object.fromEntries(files),
    'style.css': style,
    'site.config.js': siteConfig(links),
    '.sti/bin/assemble': assemble,
    '.sti/bin/run': run,
  });
}

export function page(title: string, links: readonly string[] = []): string {
  const items = links.map((link) => `<li><a href="${link}">${link}</a></li>\n`).join('');
  const head = `<title>${title}</title>\n<link rel="stylesheet" href="style.css">\n`;
  return `<!doctype html>\n${head}<h1>${title}</h1>\n<ul>\n${items}</ul>\n`;
}
