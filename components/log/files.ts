/**
 * The path in the user's folder of a file that a line names, which is mostly the container's path for it; undefined: there is
 * none like it.
 */
export type FileHere = (path: string) => string | undefined;

/** A path, or a name with an ending, and where in the file: `/opt/app/src/app.js:12:3`, `lib/x.py", line 7`. */
const named =
  /(?:(?:[\w.@+~-]*\/)+[\w.@+~-]*\w|[\w.@+~-]+\.[A-Za-z]\w{0,7})(?![\w/]|\.\w)(?:[:(](\d+)|", line (\d+))?/g;

export interface NamedFile {
  /** Where in the line its name, with the place in it, is. */
  readonly from: number;
  readonly to: number;
  /** From the user's folder. */
  readonly path: string;
  readonly line: number | undefined;
}

/** The files of the user's folder that a line names. */
export function filesIn(text: string, fileHere: FileHere): NamedFile[] {
  return [...text.matchAll(named)].flatMap((match) => {
    const [whole, colon, word] = match;
    // A link's path is none of a file.
    if (/[\w/]$|:\/\/\S*$/.test(text.slice(Math.max(0, match.index - 200), match.index))) return [];
    const path = fileHere(whole.replace(/[:(]\d+$|", line \d+$/, ''));
    const line = colon ?? word;
    return path === undefined
      ? []
      : [
          {
            from: match.index,
            to: match.index + whole.length,
            path,
            line: line === undefined ? undefined : Number(line),
          },
        ];
  });
}

/** The line with the names that its files have here, and the first of them with its place. */
export function withFilesHere(
  text: string,
  fileHere: FileHere,
): { readonly text: string; readonly file: string | undefined } {
  const files = filesIn(text, fileHere);
  let shown = '';
  let at = 0;
  for (const { from, to, path } of files) {
    const place = /(?:[:(]\d+|", line \d+)$/.exec(text.slice(from, to))?.[0] ?? '';
    shown += text.slice(at, from) + path + place;
    at = to;
  }
  const [first] = files;
  const file = first && first.path + (first.line === undefined ? '' : `:${first.line}`);
  return { text: shown + text.slice(at), file };
}
