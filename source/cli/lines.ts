import type { BuildEvent, BuildOutcome, Emit, StepName } from '../build/events.ts';
import { createPaint } from './ansi.ts';
import { describeFailure, describeResult } from './closing.ts';
import type { Output } from './context.ts';
import { formatDuration } from './duration.ts';
import { namedLine, stepLine } from './layout.ts';
import { createLiveLine, noLiveLine } from './live-line.ts';
import { columnsOf, createWrite } from './output.ts';
import { createPipedOutput, createTerminalOutput } from './script-output.ts';
import { createStepOrder } from './step-order.ts';
import { safeText } from './terminal-text.ts';

export interface LinesOptions {
  readonly stderr: Output;
  readonly stdout: Output;
  readonly verbose: boolean;
  /** Nothing but warnings, errors and the image id. */
  readonly quiet: boolean;
  /** For sti's own words and for the script's output alike. */
  readonly colour: boolean;
  /** Takes secrets out of everything but the script's own output. */
  readonly redact: (text: string) => string;
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

/** The face for people (TUI.md, "Lines"): progress on stderr, the result on stdout. */
export function createLines(options: LinesOptions): Lines {
  const { stderr, stdout, quiet, verbose, colour, redact } = options;
  const isTTY = stderr.isTTY === true;
  const write = createWrite(stderr);
  const writeResult = createWrite(stdout);
  const paint = createPaint(colour);
  const script = isTTY ? createTerminalOutput('  ', colour) : createPipedOutput('  ', colour);
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

  const ownLines = (text: string): string => `${live.erase()}${script.end()}${text}`;
  const head = (step: StepName): string => {
    if (heading === step) return '';
    heading = step;
    return ownLines(`${step}\n`);
  };

  const progress = (event: BuildEvent): string => {
    switch (event.type) {
      case 'step-started':
        live.started(event.step, event.at);
        return event.step === 'assemble' ? head('assemble') : '';
      case 'log':
        return head(event.step) + live.erase() + script.add(event.stream, event.text);
      case 'step-finished': {
        live.finished(event.step);
        heading = undefined;
        const line = stepLine(
          event.step,
          oneLine(redact(event.summary)),
          formatDuration(event.ms, 2),
          columnsOf(stderr),
        );
        return ownLines(`${event.ok ? line : paint('red', line)}\n`);
      }
      case 'status':
        return verbose ? ownLines(`${paint('dim', namedLine(event.step, oneLine(redact(event.text))))}\n`) : '';
      case 'build-started':
      case 'warning':
      case 'build-finished':
        return '';
    }
  };

  const finish = async (outcome: BuildOutcome, ms: number): Promise<void> => {
    live.stop();
    const end = ownLines(quiet ? '' : '\n');
    if (!outcome.ok) {
      const { error, tagKept } = outcome;
      return write(end + describeFailure(error, { paint, colour, verbose, redact, tagKept }));
    }
    await write(end);
    const { result } = outcome;
    await writeResult(quiet ? `${result.imageId}\n` : describeResult(result, ms, options.engine()));
  };

  return {
    emit(event) {
      if (event.type === 'warning') return write(ownLines(warning(paint('yellow', 'warning:'), redact(event.message))));
      const due = quiet ? '' : order(event).map(progress).join('');
      if (event.type !== 'build-finished') return quiet ? undefined : write(due);
      return due === '' ? finish(event.outcome, event.ms) : write(due)?.then(() => finish(event.outcome, event.ms));
    },
    say(name, text, duration = '') {
      heading = undefined;
      const [first = '', ...others] = safeText(redact(text)).split('\n');
      const line = stepLine(name, first, duration, columnsOf(stderr)).trimEnd();
      return write(ownLines(`${[line, ...others].join('\n')}\n`));
    },
    close() {
      live.stop();
      void write(ownLines(''));
    },
  };
}

/** A warning may quote what a script printed: its further lines are indented. */
function warning(label: string, message: string): string {
  const [first, ...others] = safeText(message).trimEnd().split('\n');
  return [`${label} ${first}`, ...others.map((line) => `  ${line}`), ''].join('\n');
}

function oneLine(text: string): string {
  return safeText(text).replace(/\s+/g, ' ');
}
