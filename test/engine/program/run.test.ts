import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { runProgram } from '../../../source/engine/program/run.ts';

it('ends what a program has started too, where that program waits for it without passing the signal on', async () => {
  const child = `trap 'echo child ended; exit' TERM; echo ready; while :; do sleep 0.1; done`;
  const cancel = new AbortController();
  let printed = '';
  const running = runProgram(['/bin/sh', '-c', `trap : TERM; sh -c "$1" & wait; wait`, 'parent', child], {
    env: process.env,
    signal: cancel.signal,
    onOutput: (text) => {
      printed += text;
      if (text.includes('ready')) cancel.abort(new Error('cancelled'));
    },
  });
  await expect(running).rejects.toThrow('cancelled');
  expect(printed).toContain('child ended');
});

it('leaves no process behind, whether the program has ended or was ended', async () => {
  const word = `word-${process.pid}-${Date.now()}`;
  const others = () => readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && argumentsOf(pid).includes(word));
  expect(await runProgram(['/bin/sh', '-c', 'exit 3', word], { env: process.env })).toMatchObject({ exitCode: 3 });
  await expect.poll(others, { timeout: 10_000 }).toEqual([]);
  const cancel = new AbortController();
  const running = runProgram(['/bin/sh', '-c', "trap '' TERM; sleep 30 & echo ready; wait", word], {
    env: process.env,
    signal: cancel.signal,
    onOutput: () => cancel.abort(new Error('cancelled')),
  });
  await expect(running).rejects.toThrow('cancelled');
  await expect.poll(others, { timeout: 10_000 }).toEqual([]);
});

function argumentsOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
