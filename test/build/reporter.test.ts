import { expect, it } from 'vitest';
import type { BuildEvent } from '../../source/build/events.ts';
import { createReporter } from '../../source/build/reporter.ts';
import { Secrets } from '../../source/protocol/secrets.ts';

async function summaries(...failures: readonly unknown[]): Promise<string[]> {
  const events: BuildEvent[] = [];
  const reporter = createReporter((event) => void events.push(event), new Secrets());
  for (const error of failures) await reporter.step('run', () => Promise.reject(error)).catch(() => {});
  return events.flatMap((event) => (event.type === 'step-finished' ? [event.summary] : []));
}

it('says why a step failed, in the first line of its error', async () => {
  expect(await summaries(new Error('no port answers\nmore of it'))).toEqual(['no port answers']);
});

it('says of a step that failed with another one, or was aborted, that it was stopped', async () => {
  const error = new Error('no port answers');
  expect(await summaries(error, error)).toEqual(['no port answers', 'stopped']);
  expect(await summaries(AbortSignal.abort().reason)).toEqual(['stopped']);
});
