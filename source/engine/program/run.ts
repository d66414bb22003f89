import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { Environment } from '../endpoint/candidates.ts';

export interface ProgramEnd {
  readonly exitCode: number;
  /** The first 16 MiB of each. */
  readonly stdout: string;
  readonly stderr: string;
}

interface ProgramOptions {
  readonly env: Environment;
  /** Its abort ends the program. */
  readonly signal?: AbortSignal | undefined;
  /** Hears all that it prints, in the order in which it comes; a returned promise holds the program back. */
  readonly onOutput?: (text: string) => void | Promise<void>;
}

const mostBytes = 16 * 1024 ** 2;
/**
 * The program ends when the stdin of this shell does: with sti, however sti ends. It has ten seconds for it. The signal is for
 * the whole group: docker's client leaves it to the terminal to send its plugins one.
 */
const lifeline = `exec 3<&0
trap : TERM
"$@" </dev/null 3<&- &
program=$!
{
  trap '' TERM
  cat <&3
  kill -0 $program && kill -TERM 0 || exit
  left=100
  while [ $left -gt 0 ] && kill -0 $program; do sleep 0.1; left=$((left - 1)); done
  kill -KILL 0
} >/dev/null 2>&1 &
exec 3<&-
wait $program
code=$?
while kill -0 $program 2>/dev/null; do wait $program; code=$?; done
exit $code`;

/**
 * Runs a program in a process group of its own: Ctrl-C is for sti, which ends it in order. Rejects with the signal's reason
 * once the program has ended because of it; a program that isn't there ends with 127.
 */
export async function runProgram(
  command: readonly string[],
  { env, signal, onOutput }: ProgramOptions,
): Promise<ProgramEnd> {
  signal?.throwIfAborted();
  const shell = spawn('/bin/sh', ['-c', lifeline, 'sti-program', ...command], {
    env: { ...env },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  shell.stdin.on('error', () => {});
  const end = () => shell.stdin.end();
  signal?.addEventListener('abort', end);
  const read = async (stream: Readable): Promise<string> => {
    let kept = '';
    stream.setEncoding('utf8');
    for await (const text of stream) {
      if (kept.length < mostBytes) kept += text;
      await onOutput?.(String(text));
    }
    return kept;
  };
  try {
    const outputs = Promise.all([read(shell.stdout), read(shell.stderr)]);
    outputs.catch(() => {});
    const [exitCode] = await once(shell, 'exit');
    end();
    const [stdout, stderr] = await outputs;
    signal?.throwIfAborted();
    return { exitCode: Number(exitCode ?? 137), stdout, stderr };
  } finally {
    end();
    signal?.removeEventListener('abort', end);
  }
}
