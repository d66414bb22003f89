import { expect, it } from 'vitest';
import { openDashboard } from '../../support/dashboard.ts';

it.each(['SIGTERM', 'SIGHUP'] as const)('gives the terminal back at %s, and leaves no container', async (signal) => {
  const { shows, kill, expectLeft } = await openDashboard();
  await shows('● serving');
  kill(signal);
  await shows(/done +1 build/);
  await expectLeft();
});

it('gives the terminal back at Ctrl-C', async () => {
  const { shows, type, expectLeft } = await openDashboard();
  await shows('● serving');
  type('\x03');
  await shows('ended with 0');
  await expectLeft();
});

it.each(['q', 'SIGTERM'] as const)('ends at %s in the middle of a build, whose container goes', async (way) => {
  const { shows, type, kill, expectLeft } = await openDashboard({ wait: '' });
  await shows('this build takes its time');
  if (way === 'q') type('q');
  else kill(way);
  await expectLeft();
});

it('ends when its window is closed, and leaves no container', async () => {
  const { shows, closeWindow, expectGone } = await openDashboard();
  await shows('● serving');
  closeWindow();
  await expectGone();
});

it('gives the terminal back while it is stopped by Ctrl-Z, and goes on when it is called back', async () => {
  const { shows, type, kill, isAlternate } = await openDashboard();
  await shows('● serving');
  type('\x1a');
  await expect.poll(isAlternate, { timeout: 60_000 }).toBe(false);
  kill('SIGCONT');
  await expect.poll(isAlternate, { timeout: 60_000 }).toBe(true);
  await shows('● serving');
});
