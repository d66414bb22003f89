import { troubleOf } from '../../source/dev/state/trouble.ts';
import { plainText } from '../../source/terminal/plain.ts';
import { filesIn, type NamedFile } from '../log/files.ts';
import type { Arrangement, Looked } from '../screen/arrange.ts';

/** The file that is meant: of the line that was gone to, else of what failed, else of the last line on the screen with one. */
export function fileOf({ state, log, view, fileHere }: Looked, { shown }: Arrangement): NamedFile | undefined {
  const texts = [
    view.log.line === undefined ? undefined : log.line(view.log.line)?.text,
    troubleOf(state)?.cause,
    ...shown.map(({ line }) => log.line(line)?.text).reverse(),
  ];
  for (const text of texts) {
    const [file] = filesIn(plainText(text ?? ''), fileHere);
    if (file !== undefined) return file;
  }
  return undefined;
}
