import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface ProgramOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly exitCode?: number;
}

export interface ProgramEnded {
  /** From the call until the process has ended; milliseconds. */
  readonly ms: number;
  readonly stdout: string;
  /** The most memory that it had at once, in MB. */
  readonly peak: number;
}

/** Runs a program to its end; rejects when it ends in another way than it should. */
export function runProgram(
  [program = '', ...args]: readonly string[],
  { env, signal, exitCode = 0 }: ProgramOptions,
): Promise<ProgramEnded> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(program, args, { env, signal, stdio: ['ignore', 'pipe', 'pipe'] });
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, memoryOf(child.pid ?? -1, 'VmHWM'));
    }, 20);
    let stdout = '';
    let lastWords = '';
    let ms = 0;
    child.stdout.on('data', (piece) => {
      stdout += piece;
    });
    child.stderr.on('data', (piece) => {
      lastWords = (lastWords + piece).slice(-2000);
    });
    child.on('error', reject);
    child.on('exit', () => {
      ms = performance.now() - started;
      clearInterval(watch);
    });
    child.on('close', (code, killedBy) => {
      if (code === exitCode) return resolve({ ms, stdout, peak });
      reject(new Error(`${lastWords}\n${[program, ...args].join(' ')} ended with ${killedBy ?? `exit code ${code}`}`));
    });
  });
}

/** Megabytes: what a process has now (VmRSS), or the most that it had (VmHWM); 0 when it is gone. */
export function memoryOf(pid: number, what: 'VmRSS' | 'VmHWM'): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(new RegExp(`^${what}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Milliseconds that the threads of a process have been on a processor; /proc/PID/stat has only hundredths of a second. */
export function processorTime(pid: number): number {
  const times = readdirSync(`/proc/${pid}/task`).map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  );
  return times.reduce((sum, time) => sum + time, 0) / 1_000_000;
}
