import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { eventOf } from '../../support/dev-events.ts';
import { startDevSite } from '../../support/dev-site.ts';

/** From the first container that is asked for to the last standby; milliseconds. */
it.each([0, 40, 80, 120, 180, 250, 400])(
  'sti dev leaves nothing when it is quit %i ms after it began to build',
  async (ms) => {
    const site = await startDevSite({ files: { 'index.html': 'one' } });
    await eventOf(site.running, 'cycle-started');
    await sleep(ms);
    expect(await site.end()).toEqual([]);
    expect((await site.running.ended).exitCode).toBe(0);
  },
);
