import { closeSync } from 'node:fs';
import { isatty } from 'node:tty';
import packageFile from '../package.json' with { type: 'json' };
import type { Context, Terminal } from './cli/context.ts';
import { run } from './cli/run.ts';
import { type CancelSignal, messageOf, StiError, toStiError } from './errors.ts';
import { processHost } from './process-host.ts';

type Listener = (signal: CancelSignal) => void;
const listeners = new Set<Listener>();
const tell: Listener = (signal) => {
  for (const listener of listeners) listener(signal);
};

const signals: readonly CancelSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
let isFirst = true;

/**
 * From the first signal on the next one has its usual effect: the system ends the process, whatever it is busy with.
 * Unless somebody has the screen, who gives it back before.
 */
const onAnySignal: Listener = (signal) => {
  if (!isFirst) tellExit();
  if (!isFirst || exitListeners.size === 0) for (const name of signals) process.off(name, onAnySignal);
  if (!isFirst) process.kill(process.pid, signal);
  isFirst = false;
  tell(signal);
};

/** While nobody listens a signal ends the process, as it does any program. */
function onSignal(listener: Listener): () => void {
  if (listeners.size === 0 && isFirst) for (const name of signals) process.on(name, onAnySignal);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) for (const name of signals) process.off(name, onAnySignal);
  };
}

const fatalListeners = new Set<(reason: StiError) => void>();
const tellFatal = (reason: StiError): void => {
  for (const listener of fatalListeners) listener(reason);
};

function onFatal(listener: (reason: StiError) => void): () => void {
  fatalListeners.add(listener);
  return () => void fatalListeners.delete(listener);
}

/** The first output that could not be written: its reader has gone, or its disk is full. */
let lost: StiError | undefined;
for (const [name, stream] of [['stdout', process.stdout] as const, ['stderr', process.stderr] as const]) {
  stream.on('error', (cause) => {
    const why = 'code' in cause && cause.code === 'EPIPE' ? 'whoever read it has gone' : messageOf(cause);
    lost ??= new StiError('output', `${name} could not be written: ${why}`, {
      cause,
      hint: 'Check where stdout goes. What was finished before is kept.',
    });
    tellFatal(lost);
  });
}

/** A write that failed says so a moment later. */
async function lostOutput(): Promise<StiError | undefined> {
  await new Promise(setImmediate);
  return lost;
}

const exitListeners = new Set<() => void>();
const tellExit = (): void => {
  for (const listener of exitListeners) listener();
  exitListeners.clear();
};

function onExit(listener: () => void): () => void {
  if (exitListeners.size === 0) process.once('exit', tellExit);
  exitListeners.add(listener);
  return () => void exitListeners.delete(listener);
}

function onContinue(listener: () => void): () => void {
  process.on('SIGCONT', listener);
  return () => void process.off('SIGCONT', listener);
}

/** The whole process group stops, as it does when a terminal's driver sees Ctrl-Z; where nobody could wake it, nothing stops. */
async function suspend(): Promise<void> {
  process.kill(0, 'SIGTSTP');
  await new Promise((resolve) => setTimeout(resolve, 50));
}

const terminals = [0, 1, 2].filter((fd) => isatty(fd));

function openTerminal(): Terminal | undefined {
  // Node makes the stream of a stdin that nobody reads in 2 ms.
  if (!terminals.includes(0) || !terminals.includes(1)) return undefined;
  const { stdin, stdout, platform } = process;
  return { platform, stdin, stdout, suspend, onContinue, onExit };
}

const terminal = openTerminal();

/** How long a crash may take to keep the promises of any end: clean-up, `build-finished`, the callback; milliseconds. */
const crashPatience = 15_000;
let crashed = false;
process.on('uncaughtException', (error) => {
  // Whoever has the screen gives it back first, or the words below would vanish with it.
  tellExit();
  const endNow = (): never => {
    process.stderr.write(
      `Error: ${error.stack ?? error.message}\nTry: report this bug in sti with the text above.\nexit code 70\n`,
    );
    process.exit(70);
  };
  if (crashed || fatalListeners.size === 0) endNow();
  crashed = true;
  setTimeout(endNow, crashPatience);
  tellFatal(toStiError(error));
});

// Node.js ends in a crash of its own when it resets a terminal that has gone; one that is closed it leaves alone.
process.on('exit', () => {
  for (const fd of terminals) if (!isatty(fd)) closeSync(fd);
});

// What sti makes is in private folders, and files of a clone are what git says they are, whatever this user's umask is.
process.umask(0o022);

const context: Context = {
  ...processHost([process.execPath, import.meta.filename]),
  version: packageFile.version,
  stdout: process.stdout,
  stderr: process.stderr,
  ...(terminal && { terminal }),
  onSignal,
  onFatal,
  lostOutput,
  exitNow: (exitCode) => process.exit(exitCode),
};
// Nothing is left to do: waiting for Node to take itself apart would cost another 30 ms. Output has been written by now.
void run(process.argv.slice(2), context).then((exitCode) => process.exit(exitCode));
