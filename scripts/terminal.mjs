// @ts-check
import { spawn } from 'node:child_process';

/**
 * The frame of a script that people watch: steps with real durations, child processes, and a cleanup that happens on
 * every way out.
 *
 * @typedef {object} RunOptions
 * @property {NodeJS.ProcessEnv} [env] added to this process's
 * @property {boolean} [show] let the program write to the terminal; else its last lines are shown when it fails
 *
 * @typedef {object} Script
 * @property {AbortSignal} signal aborted by Ctrl-C and the like
 * @property {(line?: string) => void} say
 * @property {(name: string, work: () => Promise<string>) => Promise<void>} step runs `work` and says, in its answer's words, what was done
 * @property {(command: string, args: readonly string[], options?: RunOptions) => Promise<void>} run rejects when it fails
 * @property {(undo: () => Promise<void>) => void} defer done at the end, however it comes; the last one first
 */

const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
const lastLines = 25;

/** @param {(script: Script) => Promise<void>} work */
export async function script(work) {
  const stop = new AbortController();
  /** @type {Set<import('node:child_process').ChildProcess>} */
  const children = new Set();
  /** @type {(() => Promise<void>)[]} */
  const undos = [];
  for (const [name, exitCode] of Object.entries(exitCodes)) {
    process.on(name, () => {
      process.exitCode = exitCode;
      // At a terminal Ctrl-C has reached the children too, and a second one would tell them to drop everything.
      if (!(name === 'SIGINT' && process.stdin.isTTY)) {
        for (const child of children) child.kill(/** @type {NodeJS.Signals} */ (name));
      }
      stop.abort(new Error(`stopped by ${name}`));
    });
  }
  /** @param {string} [line] */
  const say = (line = '') => console.log(line);

  try {
    await work({
      signal: stop.signal,
      say,
      step: async (name, stepWork) => {
        stop.signal.throwIfAborted();
        const started = performance.now();
        const summary = await stepWork();
        stop.signal.throwIfAborted();
        say(`  ${name.padEnd(14)}${summary.padEnd(74)} ${((performance.now() - started) / 1000).toFixed(1)} s`);
      },
      run: (command, args, options) => run(command, args, children, stop.signal, options),
      defer: (undo) => undos.push(undo),
    });
  } catch (error) {
    process.exitCode ||= 1;
    console.error(`\n${stop.signal.aborted ? messageOf(stop.signal.reason) : messageOf(error)}`);
  }
  for (const undo of undos.reverse()) {
    try {
      await undo();
    } catch (error) {
      process.exitCode ||= 1;
      console.error(`cleaning up: ${messageOf(error)}`);
    }
  }
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Set<import('node:child_process').ChildProcess>} children
 * @param {AbortSignal} signal
 * @param {RunOptions} [options]
 * @returns {Promise<void>}
 */
function run(command, args, children, signal, { env = {}, show = false } = {}) {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: show ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    });
    children.add(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (piece) => {
        output = (output + piece).slice(-20_000);
      });
    }
    child.on('error', (error) => {
      children.delete(child);
      reject(error);
    });
    child.on('close', (code, killedBy) => {
      children.delete(child);
      if (code === 0) return resolve();
      const tail = output.trimEnd().split('\n').slice(-lastLines).join('\n');
      reject(
        new Error(`${tail}\n${[command, ...args].join(' ')} ended with ${killedBy ?? `exit code ${code}`}`.trim()),
      );
    });
  });
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
