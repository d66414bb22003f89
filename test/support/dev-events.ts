import { setTimeout as sleep } from 'node:timers/promises';
import type { StepName } from '../../source/build/events.ts';
import type { DevEvent } from '../../source/dev/events.ts';
import type { RunningSti, StiEnded } from './sti.ts';

/** A run with `--progress json`, under way or ended. */
type Run = Pick<RunningSti, 'output'> | Pick<StiEnded, 'stdout'>;

const stdoutOf = (run: Run): string => ('stdout' in run ? run : run.output()).stdout;

type OfType<Type extends DevEvent['type']> = Extract<DevEvent, { type: Type }>;

/** What fields of an event have to be, or what their text has to fit. */
type Where = Readonly<Record<string, string | number | boolean | null | RegExp>>;

/** What it has said so far; the last line may not be whole yet. */
export function eventsIn(run: Run): DevEvent[] {
  const lines = stdoutOf(run).split('\n').slice(0, -1);
  return lines.filter((line) => line.startsWith('{')).map((line): DevEvent => JSON.parse(line));
}

/** Those of one type. */
export function eventsOf<Type extends DevEvent['type']>(run: Run, type: Type, where: Where = {}): OfType<Type>[] {
  const isWanted = (event: DevEvent): event is OfType<Type> => event.type === type && fits(event, where);
  return eventsIn(run).filter(isWanted);
}

/** Resolves to the first such event once it is there; rejects when sti ends before. */
export async function eventOf<Type extends DevEvent['type']>(
  running: RunningSti,
  type: Type,
  where: Where = {},
): Promise<OfType<Type>> {
  let isOver = false;
  void running.ended.finally(() => {
    isOver = true;
  });
  for (let seen = -1; ; ) {
    const wasOver = isOver;
    const { stdout, stderr } = running.output();
    if (stdout.length !== seen) {
      seen = stdout.length;
      const [found] = eventsOf(running, type, where);
      if (found) return found;
    }
    if (wasOver) throw new Error(`sti ended without ${type} ${inspect(where)}:\n${stdout}${stderr}`);
    await sleep(10);
  }
}

/** Why a build failed, as its last event says. */
export function failureOf(run: Run) {
  const { outcome } = eventsOf(run, 'build-finished').at(-1) ?? {};
  if (outcome === undefined || outcome.ok) throw new Error(`this did not fail:\n${stdoutOf(run)}`);
  return { tagMoved: undefined, ...outcome, ...outcome.error };
}

/** What it warned of, in one text: for the names in it. */
export function warningsOf(run: Run): string {
  return eventsOf(run, 'warning')
    .map(({ message }) => message)
    .join('\n');
}

/** What a step said at its end. */
export function summaryOf(run: Run, step: StepName): string {
  return eventsOf(run, 'step-finished', { step }).at(-1)?.summary ?? '';
}

/** How the files got into the container, in the end. */
export function wayInOf(run: Run): string | undefined {
  const texts = eventsOf(run, 'status').map(({ text }) => text);
  return texts.flatMap((text) => /^way in: (\w+)/.exec(text)?.[1] ?? []).at(-1);
}

/** The lines that scripts printed, as each came to its end. */
export function scriptLines(run: Run): string[] {
  const open = new Map<string, string>();
  const lines: string[] = [];
  for (const { step, stream, text } of eventsOf(run, 'log')) {
    const stretches = `${open.get(step + stream) ?? ''}${text}`.split('\n');
    open.set(step + stream, stretches.pop() ?? '');
    lines.push(...stretches);
  }
  return [...lines, ...[...open.values()].filter((rest) => rest !== '')];
}

/** What the application and the scripts have printed. */
export function printedBy(run: Run): string {
  return eventsIn(run)
    .map((event) => (event.type === 'log' ? event.text : ''))
    .join('');
}

function fits(event: DevEvent, where: Where): boolean {
  const values = new Map<string, unknown>(Object.entries(event));
  return Object.entries(where).every(([field, wanted]) => {
    const value = values.get(field);
    return wanted instanceof RegExp ? wanted.test(String(value)) : value === wanted;
  });
}

function inspect(where: Where): string {
  return Object.entries(where)
    .map(([field, wanted]) => `${field}: ${wanted}`)
    .join(', ');
}
