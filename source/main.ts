import { closeSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { isatty } from 'node:tty';
import packageFile from '../package.json' with { type: 'json' };
import type { Context, Terminal } from './cli/context.ts';
import { run } from './cli/run.ts';
import type { CancelSignal } from './errors.ts';

type Listener = (signal: CancelSignal) => void;
const listeners = new Set<Listener>();
const tell: Listener = (signal) => {
  for (const listener of listeners) listener(signal);
};

/** While nobody listens a signal ends the process, as it does any program. */
function onSignal(listener: Listener): () => void {
  const names: readonly CancelSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  if (listeners.size === 0) for (const name of names) process.on(name, tell);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) for (const name of names) process.off(name, tell);
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // A process of another user lives, it only can't be told anything.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

// Whoever read the output has gone (`sti build … | head`): that is a hang-up, and nothing to complain about.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => tell('SIGHUP'));

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

function openTerminal(): Terminal | undefined {
  const { stdin, stdout } = process;
  return stdin.isTTY && stdout.isTTY
    ? { platform: process.platform, stdin, stdout, suspend, onContinue, onExit }
    : undefined;
}

const terminal = openTerminal();

process.on('uncaughtException', (error) => {
  // Whoever has the screen gives it back first, or the words below would vanish with it.
  tellExit();
  process.stderr.write(
    `Error: ${error.stack ?? error.message}\nTry: report this bug in sti with the text above.\nexit code 70\n`,
  );
  process.exit(70);
});

// Node.js ends in a crash of its own when it resets a terminal that has gone; one that is closed it leaves alone.
process.on('exit', () => {
  for (const { isTTY, fd } of [process.stdin, process.stdout, process.stderr]) if (isTTY && !isatty(fd)) closeSync(fd);
});

const context: Context = {
  version: packageFile.version,
  env: process.env,
  cwd: process.cwd(),
  homeDir: homedir(),
  tmpDir: tmpdir(),
  stdout: process.stdout,
  stderr: process.stderr,
  ...(terminal && { terminal }),
  uid: process.getuid?.() ?? 0,
  gid: process.getgid?.() ?? 0,
  pid: process.pid,
  selfCommand: [process.execPath, import.meta.filename],
  isAlive,
  onSignal,
  exitNow: (exitCode) => process.exit(exitCode),
};
// Nothing is left to do: waiting for Node to take itself apart would cost another 30 ms. Output has been written by now.
void run(process.argv.slice(2), context).then((exitCode) => process.exit(exitCode));
