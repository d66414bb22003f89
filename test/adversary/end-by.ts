import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningSti, StiEnded } from '../support/sti.ts';

/** Sends the signal, and rejects when the process is still there ten seconds later. */
export async function endBy(running: RunningSti, signal: NodeJS.Signals): Promise<StiEnded> {
  running.kill(signal);
  const ended = await Promise.race([running.ended, sleep(10_000)]);
  if (ended !== undefined) return ended;
  running.kill('SIGKILL');
  throw new Error(`sti was still there ten seconds after ${signal}`);
}
