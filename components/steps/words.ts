import { columnsOf, harmless } from '../../source/terminal/width.ts';

interface Worded {
  readonly name: string;
  readonly summary: string;
}

/**
 * What a step came to, in words that fit into these columns: the whole summary, or of it what says most. Each step's
 * shorter words leave out what another place on the screen tells.
 */
export function stepWords({ name, summary }: Worded, columns: number): string {
  const text = shortFailure(harmless(summary));
  const choices = [withoutFolders(name, text), ...(shorter[name]?.(text) ?? [])];
  return choices.find((words) => columnsOf(words) <= columns) ?? choices.at(-1) ?? text;
}

/** `assemble failed with exit code 5` → `assemble exit 5` */
export function shortFailure(text: string): string {
  return text
    .replace(/(^| )failed with exit code (\d+)/, '$1exit $2')
    .replace(/ ended with exit code (\d+)/, ' ended: exit $1');
}

function withoutFolders(name: string, text: string): string {
  return name === 'source' && text.startsWith('/') ? text.replace(/^\S*\/(?=[^/\s]+)/, '') : text;
}

const shorter: Readonly<Record<string, (text: string) => readonly string[]>> = {
  source: (text) => [afterDot(text), afterDot(text).replace(/,.*$/, ''), text.replace(/^.*, /, '')],
  builder: (text) => [afterDot(text), afterDot(text).slice(0, 7)],
  scripts: (text) => {
    const places = text.split('; ').map((part) => placeOf(afterDot(part)));
    return [`from the ${places.join(', the ')}`, places.join(', '), `${new Set(places).size} places`, 'found'];
  },
  artifacts: (text) => [
    text.replace(/^restored (.*?) from .*$/, '$1'),
    text.replace(/^restored .*?, (.*?) from .*$/, '$1'),
    text.replace(/^(clean build|not incremental): /, ''),
    ...(text.startsWith('clean build: there is no ')
      ? ['none yet', 'none']
      : [text.replace(/^(clean build|not incremental): .*$/, 'clean')]),
  ],
  sync: (text) => [
    text.replace(/ \(.*\)$/, ''),
    text.replace(/ is only copied.*$/, ' copied').replace(/, (added|removed) copied$/, ' $1'),
    'copied',
  ],
  standby: () => ['made'],
  run: (text) => [
    text.replace(/^the application ended: (exit \d+) .*$/, '$1'),
    text.replace(/: .*$/, ''),
    text.replace(/^waiting for/, 'awaits'),
    text.replace(/^ready · |: .*$/g, ''),
    text.replace(/ · .*$/, ''),
  ],
  commit: (text) => [
    text.replace(/ · sha256:\S+/, ''),
    text.replace(/ · .*$/, ''),
    text.startsWith('when') ? 'later' : 'tagged',
  ],
};

function afterDot(text: string): string {
  return text.replace(/^.*? · /, '');
}

function placeOf(from: string): string {
  if (from.startsWith('image:')) return 'image';
  return from.endsWith('of the source') ? 'source' : from;
}
