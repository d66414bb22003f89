import { runGit } from './git-process.ts';
import type { Revision } from './opened-source.ts';

const format = ['%H', '%an <%ae>', '%aI', '%s', '%D'].join('%x00');
const longestMessage = 80;

/** The commit a checkout stands on, by one git process; undefined without git, without commits, or where git refuses. */
export async function readRevision(
  folder: string,
  options: { readonly askedRef?: string | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<Revision | undefined> {
  try {
    const log = ['log', '-1', '--no-show-signature', '--no-color', '--decorate=short', `--format=${format}`];
    return parseRevision(await runGit(['-C', folder, ...log], options.signal), options.askedRef);
  } catch {
    options.signal?.throwIfAborted();
    return undefined;
  }
}

function parseRevision(output: string, askedRef: string | undefined): Revision | undefined {
  const [id, author, date, subject, decoration] = output.trimEnd().split('\0');
  if (id === undefined || author === undefined || date === undefined || subject === undefined) return undefined;
  return { id, ref: askedRef ?? refIn(decoration ?? '') ?? id, author, date, message: shorten(subject) };
}

/** `HEAD -> main, tag: v1` names the branch; a detached HEAD may still stand on a tag. */
function refIn(decoration: string): string | undefined {
  const names = decoration.split(', ');
  const branch = names.find((name) => name.startsWith('HEAD -> '))?.slice('HEAD -> '.length);
  return branch ?? names.find((name) => name.startsWith('tag: '))?.slice('tag: '.length);
}

function shorten(subject: string): string {
  const characters = [...subject];
  return characters.length <= longestMessage ? subject : `${characters.slice(0, longestMessage - 1).join('')}…`;
}
