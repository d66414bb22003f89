import { escapeContent, type PutFile } from './program.ts';

/**
 * A shell that goes into a container whose application runs, and waits there: files that it is told of are written beside
 * their places and renamed, so that nobody reads half of one. It answers each with a line.
 *
 * Only what it owns, since a copy by another user would have another owner; by the places of the programs, since what runs
 * may have put others on the PATH.
 */
export const replaceCommand: readonly string[] = [
  '/bin/sh',
  '-c',
  [
    'while IFS= read -r place && IFS= read -r beside && IFS= read -r data; do',
    'if [ -f "$place" ] && [ ! -L "$place" ] && [ -O "$place" ] && [ -G "$place" ] &&',
    '/bin/cp -p -- "$place" "$beside" && printf %b "$data" >"$beside" && /bin/mv -f -- "$beside" "$place";',
    'then echo replaced; else /bin/rm -f -- "$beside"; echo failed; fi; done 2>/dev/null',
  ].join(' '),
];

export interface ReplaceFile extends PutFile {
  /** In the same folder, where nothing is; absolute, without a newline. */
  readonly beside: string;
}

export function replaceLines(files: readonly ReplaceFile[]): string {
  return files.map(({ path, beside, content }) => `${path}\n${beside}\n${escapeContent(content)}\n`).join('');
}
