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
