import type { BuildEvent, BuildOutcome, Emit, StepName } from '../../build/events.ts';
import { createPaint } from '../../terminal/colours.ts';
import { namedLine, stepLine } from '../../terminal/columns.ts';
import { formatDuration } from '../../terminal/duration.ts';
import type { Output } from '../../terminal/output.ts';
import { sanitize } from '../../terminal/sanitize.ts';
import { formatProgress, grouped } from '../../terminal/units.ts';
import { describeDockerfile, describeFailure, describeResult } from './closing/build.ts';
import { describePlan } from './closing/plan.ts';
import { createFold, type Fold } from './fold.ts';
import { createLiveLine, noLiveLine } from './live-line.ts';
import { createScriptOutput } from './script-output.ts';
import { createStepOrder } from './step-order.ts';
import { columnsOf, createWrite } from './write.ts';

export interface LinesOptions {
  readonly stderr: Output;
  readonly stdout: Output;
  readonly verbose: boolean;
  /** Nothing but warnings, errors and the image id. */
  readonly quiet: boolean;
  /** For sti's own words and for the script's output alike. */
  readonly colour: boolean;
  /** The program that the closing summary says to run the image with. */
  readonly engine: () => 'docker' | 'podman';
}

export interface Lines {
  readonly emit: Emit;
  /** A line of the same form as a step's, for what isn't a step; further lines of the text follow as they are. */
  say(name: string, text: string, duration?: string): void | Promise<void>;
  /** Leaves the terminal at the start of an empty line; a build's end does so by itself. */
  close(): void;
}

/** How long a pipe waits for the end of a line, and between two lines of how far a step is; milliseconds. */
const patience = 1_000;
const rare = 5_000;

/** The face for people (docs/dashboard.md, "Lines"): progress on stderr, the result on stdout. */
export function createLines(options: LinesOptions): Lines {
  const { stderr, stdout, quiet, verbose, colour } = options;
  const isTTY = stderr.isTTY === true;
  const write = createWrite(stderr);
  const writeResult = createWrite(stdout);
  const paint = createPaint(colour);
  const script = createScriptOutput({ indent: '  ', colour, inPlace: isTTY });
  const live =
    isTTY && !quiet
      ? createLiveLine(
          write,
          () => columnsOf(stderr),
          () => script.unfinished,
        )
      : noLiveLine;
  /** The step whose heading stands above what is written next. */
  let heading: StepName | undefined;
  const order = createStepOrder();

  const ownLines = (text: string): string => `${live.erase()}${script.breakLine()}${text}`;
  const head = (step: StepName): string => {
    if (heading === step) return '';
    heading = step;
    return ownLines(`${step}\n`);
  };

  let timer: NodeJS.Timeout | undefined;
  /** All that is kept back. */
  const showRest = (): string => {
    clearTimeout(timer);
    timer = undefined;
    return [...folds.keys()].map(unfold).join('') + script.showOpen();
  };
  const waited = (step: StepName): void => {
    timer = undefined;
    if (script.keeps) void write(head(step) + script.showOpen());
  };
  const folds = new Map<StepName, Fold>();
  const folded = (event: BuildEvent & { type: 'log' }) => {
    const { step } = event;
    // An application's lines have no end that could show what is folded.
    if (!isTTY || verbose || step === 'run') return [event];
    const fold = folds.get(step) ?? createFold();
    folds.set(step, fold);
    const shown = fold.add(event);
    if (fold.folded > 0) live.says(step, `${grouped(fold.folded)} more lines`);
    return shown;
  };
  const unfold = (step: StepName): string => {
    const rest = folds.get(step)?.flush() ?? [];
    folds.delete(step);
    return rest.length === 0 ? '' : head(step) + live.erase() + rest.map(script.add).join('');
  };
  const addOutput = (event: BuildEvent & { type: 'log' }): string => {
    const text = head(event.step) + live.erase() + folded(event).map(script.add).join('');
    if (script.keeps) timer ??= setTimeout(() => waited(event.step), patience).unref();
    return text;
  };

  let progressToldAt = 0;
  const describeProgress = ({ step, at, done, of, unit }: BuildEvent & { type: 'progress' }): string => {
    const text = formatProgress(done, of, unit);
    live.says(step, text);
    if (isTTY || at - progressToldAt < rare) return '';
    progressToldAt = at;
    return ownLines(`${namedLine(step, text)}\n`);
  };

  const progress = (event: BuildEvent): string => {
    switch (event.type) {
      case 'step-started':
        live.started(event.step, event.at);
        return event.step === 'assemble' ? head('assemble') : '';
      case 'log':
        return addOutput(event);
      case 'step-finished': {
        live.finished(event.step);
        const rest = unfold(event.step);
        heading = undefined;
        const line = stepLine(event.step, oneLine(event.summary), formatDuration(event.ms, 2), columnsOf(stderr));
        return rest + ownLines(`${event.ok ? line : paint('red', line)}\n`);
      }
      case 'status':
        return verbose ? ownLines(`${paint('dim', namedLine(event.step, oneLine(statusText(event))))}\n`) : '';
      case 'progress':
        return describeProgress(event);
      case 'build-started':
      case 'warning':
      case 'dockerfile-written':
      case 'planned':
      case 'build-finished':
        return '';
    }
  };

  const finishWith = async (due: string, result: string): Promise<void> => {
    live.stop();
    await write(due + showRest() + ownLines(quiet ? '' : '\n'));
    await writeResult(result);
  };
  const finish = async (outcome: BuildOutcome, ms: number): Promise<void> => {
    live.stop();
    const end = showRest() + ownLines(quiet ? '' : '\n');
    if (!outcome.ok) {
      const { error, tagKept, tagMoved } = outcome;
      return write(end + describeFailure(error, { paint, colour, verbose, tagKept, tagMoved }));
    }
    await write(end);
    const { result } = outcome;
    await writeResult(quiet ? `${result.imageId}\n` : describeResult(result, ms, options.engine()));
  };

  return {
    emit(event) {
      if (event.type === 'warning') return write(ownLines(warning(paint('yellow', 'warning:'), event.message)));
      const due = quiet ? '' : order(event).map(progress).join('');
      if (event.type === 'planned') return finishWith(due, describePlan(event.plan));
      if (event.type === 'dockerfile-written') return finishWith(due, describeDockerfile(event, quiet));
      if (event.type !== 'build-finished') return quiet ? undefined : write(due);
      return due === '' ? finish(event.outcome, event.ms) : write(due)?.then(() => finish(event.outcome, event.ms));
    },
    say(name, text, duration = '') {
      heading = undefined;
      const [first = '', ...others] = sanitize(text).split('\n');
      const line = stepLine(name, first, duration, columnsOf(stderr)).trimEnd();
      return write(ownLines(`${[line, ...others].join('\n')}\n`));
    },
    close() {
      live.stop();
      void write(showRest() + ownLines(''));
    },
  };
}

/** A warning may quote what a script printed: its further lines are indented. */
function warning(label: string, message: string): string {
  const [first, ...others] = sanitize(message).trimEnd().split('\n');
  return [`${label} ${first}`, ...others.map((line) => `  ${line}`), ''].join('\n');
}

function oneLine(text: string): string {
  return sanitize(text).replace(/\s+/g, ' ');
}

function statusText({ text, limitMs }: BuildEvent & { type: 'status' }): string {
  return limitMs === undefined ? text : `${text} · ${limitMs / 1000} s at most`;
}
