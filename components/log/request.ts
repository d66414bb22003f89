import { clip, clipStart, columnsOf } from '../../source/terminal/width.ts';

/** `GET  /style.css  200  1 ms  4.0 kB` in few columns: the spaces give way, then the path's start. */
export function fitRequest(text: string, columns: number, more: string): string {
  if (columnsOf(text) <= columns) return text;
  const squeezed = text.replace(/ {2,}/g, '  ');
  const [, method = '', path = '', answer = ''] = /^(\S+ +)(\S+)( .*)$/.exec(squeezed) ?? [];
  const room = columns - columnsOf(method + answer);
  return room < 4 ? clip(squeezed, columns, more) : method + clipStart(path, room, more) + answer;
}
