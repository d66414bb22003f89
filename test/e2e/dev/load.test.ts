import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { makeBuilder } from '../../support/builders.ts';
import { eventOf } from '../../support/dev-events.ts';
import { removeImage, testTag } from '../../support/engine.ts';
import { ask } from '../../support/page.ts';
import { testPort } from '../../support/ports.ts';
import { siteBuilder } from '../../support/site-builder.ts';
import { startSti } from '../../support/sti.ts';
import { tempFolder, writeFiles } from '../../support/temp.ts';

const saves = 10;
const port = testPort();

/** Asks until told to stop. Gives what went wrong, and the states it saw in the order of the answers. */
async function client(agent: Agent | undefined, stop: AbortSignal) {
  const failed: string[] = [];
  const seen: number[] = [];
  while (!stop.aborted) {
    try {
      const { status, body } = await ask({ host: '127.0.0.1', port }, '/', agent);
      const state = /^state (\d+)$/.exec(body)?.[1];
      if (status === 200 && state !== undefined) seen.push(Number(state));
      else failed.push(`${status} ${body}`);
    } catch (error) {
      failed.push(String(error));
    }
    await sleep(2);
  }
  return { failed, seen };
}

it(`answers every request across ${saves} saves, and never with an older state after a newer one`, async () => {
  const source = tempFolder();
  writeFiles(source, { 'index.html': 'state 0' });
  const tag = testTag('load');
  const running = startSti([
    'dev',
    source,
    await makeBuilder(siteBuilder),
    tag,
    '--port',
    `${port}:8080`,
    '--progress',
    'json',
  ]);
  onTestFinished(async () => {
    running.kill('SIGINT');
    await running.ended;
    await removeImage(tag);
  });
  await eventOf(running, 'cycle-served');

  const stop = new AbortController();
  const kept = [0, 1].map(() => new Agent({ keepAlive: true, maxSockets: 1 }));
  onTestFinished(() => {
    stop.abort();
    for (const agent of kept) agent.destroy();
  });
  const clients = [...kept, undefined, undefined].map((agent) => client(agent, stop.signal));
  for (let number = 1; number <= saves; number++) {
    writeFiles(source, { 'index.html': `state ${number}` });
    // The first build is number 1.
    await eventOf(running, 'cycle-served', { cycle: number + 1 });
  }
  await sleep(200);
  stop.abort();
  for (const { failed, seen } of await Promise.all(clients)) {
    expect(failed).toEqual([]);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBe(saves);
    expect(new Set(seen).size).toBeGreaterThan(saves / 2);
  }
});
