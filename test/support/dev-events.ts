import { setTimeout as sleep } from 'node:timers/promises';
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
