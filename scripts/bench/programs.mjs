// @ts-check
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * @typedef {object} Ended
 * @property {number} ms from before the spawn until the exit was seen
 * @property {number} startedAt by the wall clock, milliseconds
 * @property {number} endedAt
 * @property {number} exitCode
 * @property {string} stdout
 * @property {number} peak megabytes that the process itself had in memory at most (VmHWM); 0 unless watched
 */

/**
 * Runs a program to its end. Ctrl-C ends it with SIGTERM, which sti takes as one request to clean up and stop, also
 * when the terminal has sent SIGINT before.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env: NodeJS.ProcessEnv, signal: AbortSignal, exitCode?: number, watchMemory?: boolean }} options
 *   `exitCode`: the one that is expected
 * @returns {Promise<Ended>}
 */
export function runProgram(command, args, { env, signal, exitCode: expected = 0, watchMemory = false }) {
  return new Promise((resolve, reject) => {
    const startedAt = Date.now();
    const started = performance.now();
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const stop = () => child.kill('SIGTERM');
    signal.addEventListener('abort', stop, { once: true });
    let peak = 0;
    const look = () => {
      peak = Math.max(peak, peakOf(child.pid));
    };
    const watch = watchMemory ? setInterval(look, 5) : undefined;
    let stdout = '';
    let lastWords = '';
    child.stdout.on('data', (piece) => {
      stdout += piece;
    });
    child.stderr.on('data', (piece) => {
      lastWords = (lastWords + piece).slice(-2000);
    });
    child.on('error', reject);
    let ms = 0;
    let endedAt = 0;
    child.on('exit', () => {
      ms = performance.now() - started;
      endedAt = Date.now();
      clearInterval(watch);
    });
    child.on('close', (code, killedBy) => {
      signal.removeEventListener('abort', stop);
      if (signal.aborted) return reject(signal.reason);
      if (code === expected) return resolve({ ms, startedAt, endedAt, exitCode: code, stdout, peak });
      const words = [command, ...args].join(' ');
      reject(new Error(`${lastWords}\n${words} ended with ${killedBy ?? `exit code ${code}`}`));
    });
  });
}

/**
 * The kernel keeps the peak itself, so a look now and then misses nothing but the last moment.
 *
 * @param {number | undefined} pid
 */
function peakOf(pid) {
  try {
    const [, kilobytes = '0'] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) / 1024;
  } catch {
    return 0;
  }
}
