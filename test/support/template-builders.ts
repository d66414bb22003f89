import { cpSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { projectFolder } from '../../scripts/project.mjs';
import type { TemplateName } from '../../source/templates/names.ts';
import { baseEntries } from './bases.ts';
import { debianImage } from './debian-base.ts';
import { api, testTag } from './engine.ts';
import { filesBelow } from './files-below.ts';
import { importImage } from './images.ts';
import { tempFolder } from './temp.ts';

interface Language {
  /** Debian packages that have the language, or programs in them; undefined: busybox is enough. */
  readonly debian?: readonly string[];
  /** The file of the sample application with what its page says. */
  readonly page: string;
  /** What the application itself ends with when it gets SIGTERM. */
  readonly ended: number;
  /** Whether the page is what it is because a file is only copied. */
  readonly copies: boolean;
}

export const languages: Readonly<Record<TemplateName, Language>> = {
  nodejs: { debian: [], page: 'server.js', ended: 143, copies: true },
  python: { debian: ['python3-venv'], page: 'app.py', ended: 143, copies: true },
  ruby: { debian: ['ruby', 'bundler'], page: 'app.rb', ended: 0, copies: true },
  // Its buildpack counts the builds.
  buildpack: { debian: ['perl-base'], page: 'server.pl', ended: 143, copies: false },
  php: { debian: ['/usr/bin/php', 'composer'], page: 'index.php', ended: 143, copies: true },
  static: { page: 'index.html', ended: 0, copies: false },
  go: { debian: ['/usr/bin/go'], page: 'main.go', ended: 2, copies: false },
  java: { debian: ['/usr/bin/javac'], page: 'Main.java', ended: 143, copies: false },
  rust: { debian: ['cargo', 'libc6-dev', 'rustc'], page: 'src/main.rs', ended: 143, copies: false },
};

/** An image with the language. */
export async function baseOf(template: TemplateName): Promise<string> {
  const { debian } = languages[template];
  if (debian !== undefined) return debianImage(debian);
  const image = testTag('base');
  await importImage(api, image, await baseEntries('busybox'));
  return image;
}

const sampleFolder = (template: TemplateName) => join(projectFolder, 'templates', template, 'test/test-app');

/** A copy of a template's sample application. */
export function sampleOf(template: TemplateName): string {
  const folder = join(tempFolder(), 'app');
  cpSync(sampleFolder(template), folder, { recursive: true });
  return folder;
}

/** Its files: path → content. */
export function sampleFiles(template: TemplateName): Readonly<Record<string, string>> {
  const folder = sampleFolder(template);
  return Object.fromEntries(filesBelow(folder).map((path) => [relative(folder, path), readFileSync(path, 'utf8')]));
}

/** The file of its page, with another first word. */
export function pageSaying(template: TemplateName, word: string): Readonly<Record<string, string>> {
  const { page } = languages[template];
  return { [page]: sampleFiles(template)[page]?.replace(/Hello(?= from)|This(?= page)/, word) ?? '' };
}
