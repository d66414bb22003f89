import { plainText } from '../../terminal/plain.ts';

const words =
  /\b(error|errno|fatal|panic(ked)?|exception|traceback|failed|failure|segmentation fault|core dumped|not found|cannot|can't|denied|undefined reference|ERR!)(?![\w-])|\b[A-Z]\w*(Error|Exception)\b/i;
const none =
  /\b(no|0|zero|without) (errors?|failures?|failed|exceptions?)\b|\b(errors?|failed|failures?)[:=] ?(0|none|null|false)\b/gi;
const codes = /\bE(ACCES|EXIST|NOENT|PERM|ADDRINUSE|CONNREFUSED|CONNRESET|PIPE|ISDIR|NOTDIR|NOSPC|TIMEDOUT)\b/;

/** Whether a line looks as if it told an error, in the words that compilers, package managers and runtimes use. */
export function looksLikeError(text: string): boolean {
  const line = plainText(text).replace(none, '');
  return codes.test(line) || words.test(line);
}

/** The last line that looks like an error, else the last one with anything in it. */
export function tellingLine(lines: readonly string[]): string | undefined {
  const said = lines.filter((line) => line.trim() !== '');
  return said.findLast((line) => looksLikeError(line)) ?? said.at(-1);
}
