import type { RequestRecord } from '../../source/dev/proxy/record.ts';
import { describeAge } from '../../source/dev/state/durations.ts';
import { clockTime, shortDuration } from '../../source/dev/state/select.ts';
import type { DevState } from '../../source/dev/state/state.ts';
import { formatBytes, grouped } from '../../source/terminal/units.ts';
import { clip, clipStart, harmless, padEnd, padStart } from '../../source/terminal/width.ts';
import { requestIndex, type ViewState } from '../model/view-state.ts';
import { listStart } from '../model/viewport.ts';
import type { Size } from '../screen/layout.ts';
import type { Role } from '../theme/palettes.ts';
import type { Theme } from '../theme/theme.ts';
import { band } from './band.ts';

interface Look {
  readonly size: Size;
  readonly theme: Theme;
  readonly now: number;
  readonly attended: boolean;
}

/** The requests, the newest last; or all about the one under the cursor. */
export function requestLines(
  { requests }: DevState,
  view: ViewState,
  look: Look,
): { readonly lines: readonly string[]; readonly note: string } {
  const { size, theme } = look;
  const cursor = requestIndex(requests, view.requests.cursor);
  const chosen = requests[cursor];
  if (chosen === undefined) return { lines: [theme.paint('faint', 'nobody has asked for anything yet')], note: '' };
  if (view.requests.opened)
    return {
      lines: headLines(chosen, look),
      note: chosen.method === 'GET' ? 'R sends it again · esc back' : 'esc back',
    };
  const focused = view.focus === 'requests';
  const start = listStart(requests.length, focused ? cursor : requests.length - 1, size.rows);
  const lines = requests.slice(start, start + size.rows).map((request, index) => {
    const line = requestLine(request, size.columns, theme);
    return focused && start + index === cursor ? band(line, size.columns, theme) : line;
  });
  return { lines, note: `${grouped(requests.length)}` };
}

/** `GET  /style.css  200   1 ms  4.0 kB` */
function requestLine(
  { method, path, status, ms, bytes, waitedMs, version }: RequestRecord,
  columns: number,
  theme: Theme,
): string {
  const { paint, marks } = theme;
  const waited = waitedMs >= 10 && version !== null ? paint('busy', padStart(`+${shortDuration(waitedMs)}`, 9)) : '';
  const size = columns < 40 ? '' : padStart(formatBytes(bytes), 8);
  const end = `${paint(statusRole(status), String(status ?? '---'))} ${padStart(shortDuration(ms), 7)}${waited}${size}`;
  const room = Math.max(4, columns - 6 - 12 - (waited === '' ? 0 : 9) - size.length);
  return ` ${padEnd(clip(method, 4, marks.more), 4)} ${padEnd(clipStart(harmless(path), room - 1, marks.more), room)}${end}`;
}

function statusRole(status: number | null): Role {
  if (status === null || status >= 500) return 'bad';
  return status >= 400 ? 'busy' : 'good';
}

/** All that is known of a request. */
function headLines(request: RequestRecord, { size, theme, now, attended }: Look): string[] {
  const { method, path, status, ms, bytes, waitedMs, version, at, fields, answerFields } = request;
  const { paint, marks } = theme;
  const row = (name: string, text: string): string => `${paint('faint', padEnd(name, 10))} ${text}`;
  const head = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0
      ? []
      : ['', paint('strong', title), ...lines.map((line) => `  ${clip(harmless(line), size.columns - 2, marks.more)}`)];
  const age = attended ? ` · ${describeAge(now - at)}` : '';
  const lines = [
    ...wrapPath(`${method} ${harmless(path)}`, size.columns).map((line) => paint('strong', line)),
    '',
    row('answer', paint(statusRole(status), status === null ? 'none: the connection broke' : String(status))),
    row('by', version === null ? 'sti itself' : `build ${version}`),
    row('took', shortDuration(ms)),
    ...(waitedMs < 1 ? [] : [row('waited', `${shortDuration(waitedMs)} for a version that took it`)]),
    row('size', formatBytes(bytes)),
    row('at', theme.words(clockTime(at) + age)),
    ...head('Asked with', fields),
    ...head('Answered with', answerFields),
  ];
  const more = lines.length - size.rows;
  if (more <= 0) return lines;
  return [...lines.slice(0, size.rows - 1), paint('faint', `${more + 1} more rows: z gives it the screen`)];
}

function wrapPath(text: string, columns: number): string[] {
  return Array.from({ length: Math.min(4, Math.ceil(text.length / columns)) }, (_none, row) =>
    text.slice(row * columns, (row + 1) * columns),
  );
}
