import { roughly } from '../../source/dev/state/durations.ts';
import { shortDuration } from '../../source/dev/state/select.ts';
import type { StepState } from '../../source/dev/state/state.ts';
import { clip, columnsOf, padEnd, padStart } from '../../source/terminal/width.ts';
import { barOf } from '../theme/bars.ts';
import type { Role } from '../theme/palettes.ts';
import { spinnerAt, type Theme } from '../theme/theme.ts';
import { stepWords } from './words.ts';

export interface StepLine {
  readonly step: StepState;
  /** What the whole build has taken; milliseconds. */
  readonly whole: number;
  /** What the step takes as a rule. */
  readonly usual: number | undefined;
  /** Nobody who saved waits for it. */
  readonly isAfter: boolean;
}

const nameColumns = 9;
/** A step that takes this much longer than usual says so; milliseconds. */
const worthSaying = 300;
const barColumns = 8;

/** `✔ assemble  exit 0  ██████░░  171 ms` */
export function stepLine(line: StepLine, columns: number, theme: Theme, now: number): string {
  const { step, isAfter, usual } = line;
  const { marks, paint } = theme;
  const style: Role = ({ ok: 'good', failed: 'bad', running: 'busy', waiting: 'faint', skipped: 'faint' } as const)[
    step.status
  ];
  const mark = {
    ok: marks.ok,
    failed: marks.failed,
    running: spinnerAt(marks, now),
    waiting: marks.waiting,
    skipped: marks.skipped,
  }[step.status];
  // What is waited for, and for how long, stands in the header.
  const ms = step.status !== 'running' ? step.ms : step.limit === undefined ? now - step.startedAt : undefined;
  const isSlow = ms !== undefined && usual !== undefined && ms > 2 * usual && ms - usual > worthSaying;
  const name = padEnd(step.name, nameColumns);
  const whole = columns - 2 - columnsOf(name) - 1;
  const told = step.status === 'running' && usual !== undefined && usual >= worthSaying;
  const abouts = told ? [` of ${roughly(usual)}`, ` of ${shortDuration(usual)}`, ''] : [''];
  const taken = ms === undefined ? '' : padStart(shortDuration(ms), 6);
  const measured = abouts.map((about) => taken + about).find((text) => columnsOf(text) <= whole) ?? taken;
  // Why it failed says more than after how long.
  const isTight = step.status === 'failed' && whole - columnsOf(measured) - 1 < columnsOf(stepWords(step, 0));
  const time = isTight ? '' : measured;
  const room = whole - (time === '' ? 0 : columnsOf(time) + 1);
  if (step.status === 'skipped') {
    const words = clip(theme.words(`skipped: ${step.summary}`), room, marks.more);
    return paint('faint', `${mark} ${name} ${padEnd(words, Math.max(0, room))}${time === '' ? '' : ` ${time}`}`);
  }
  if (isAfter && step.status !== 'failed') {
    const after = ['after the save', 'afterwards', 'later'].find((choice) => choice.length <= room) ?? '';
    const words = step.status === 'ok' ? after : stepWords(step, room);
    return paint(
      'faint',
      `  ${name} ${padEnd(clip(theme.words(words), room, marks.more), Math.max(0, room))}${time === '' ? '' : ` ${time}`}`,
    );
  }
  const words =
    isSlow && step.status === 'ok' ? `usually ${roughly(usual).slice(6)}` : stepWords(step, Math.max(3, room));
  const middle = padEnd(content(line, theme.words(words), ms, room, theme), Math.max(0, room));
  const end = time === '' ? '' : ` ${isSlow ? paint('bad', time) : time}`;
  return `${paint(style, mark)} ${name} ${middle}${end}`;
}

const usually = ['watching, copying, switching', 'watch, copy, switch', 'copy and switch', 'copy, switch', 'the rest'];

/** What the steps leave over of the time from the save to being served, and for what that was: in the first words that fit. */
export function betweenLine(ms: number, choices: readonly string[] | undefined, columns: number, theme: Theme): string {
  const time = padStart(shortDuration(ms), 6);
  const room = Math.max(0, columns - 2 - nameColumns - 1 - columnsOf(time) - 1);
  const words = (choices ?? usually).find((choice) => choice.length <= room) ?? '';
  return theme.paint('faint', `  ${padEnd('between', nameColumns)} ${padEnd(words, room)} ${time}`);
}

/** The step's words, and its bar where there's room for both; where there isn't, long steps have the bar. */
function content(
  { step, whole, usual }: StepLine,
  words: string,
  ms: number | undefined,
  room: number,
  theme: Theme,
): string {
  const { paint, marks } = theme;
  if (room < 3) return '';
  const share =
    ms === undefined ? 0 : step.status === 'running' ? ms / Math.max(ms, usual ?? ms * 2) : ms / Math.max(1, whole);
  const hasBar = ms !== undefined && (step.status === 'ok' || step.status === 'running');
  const bar = (width: number): string => paint(step.status === 'running' ? 'busy' : 'bar', barOf(share, width, theme));
  if (hasBar && room >= barColumns + 12) {
    const text = room - barColumns - 2;
    return `${padEnd(paint('faint', clip(words, text, marks.more)), text)}  ${bar(barColumns)}`;
  }
  if (hasBar && share >= 0.2) return bar(Math.min(room, 12));
  return paint(step.status === 'failed' ? 'bad' : 'faint', clip(words, room, marks.more));
}
