import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Usage } from '../../../components/model/usage.ts';
import { createTheme } from '../../../components/theme/theme.ts';
import { controls } from '../../support/sample-app.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('what the application uses is the difference of two answers of the engine, and nothing while there are none', async () => {
  const theme = createTheme({ depth: 1, unicode: true });
  const samples = [
    { cpu: 0, memory: 61_000_000 },
    { cpu: 60_000_000, memory: 61_000_000 },
    { cpu: 2_060_000_000, memory: 62_400_000 },
    { cpu: 10_000, memory: 9_000_000 },
    undefined,
  ];
  let changes = 0;
  const usage = new Usage(
    () => ({ ...controls, observe: { ...controls.observe, usage: async () => samples.shift() } }),
    () => {
      changes += 1;
    },
  );
  const after = async () => {
    await vi.advanceTimersByTimeAsync(2_000);
    return usage.describe(theme, 1);
  };
  // A version that is new is asked for at once.
  expect(usage.describe(theme, 1)).toBe('');
  await vi.advanceTimersByTimeAsync(0);
  expect(usage.describe(theme, 1)).toBe('cpu   0 %  mem  61 MB ▁▁▁▁▁▁▁▁');
  expect(await after()).toBe('cpu   3 %  mem  61 MB ▁▁▁▁▁▁▁▁');
  expect(await after()).toBe('cpu 100 %  mem  62 MB ▁▁▁▁▁▁▁█');
  // Another version's container.
  expect(await after()).toBe('cpu 100 %  mem 9.0 MB ▁▁▁▁▁▁▁█');
  expect(await after()).toBe('');
  expect(changes).toBe(5);
  usage.stop();
});
