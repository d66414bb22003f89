import { renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { watchOutside } from '../../../source/dev/watch/watch.ts';
import { tempFolder } from '../../support/temp.ts';

function watched() {
  const folder = tempFolder();
  const [there, absent] = [`${folder}/there`, `${folder}/absent`];
  writeFileSync(there, 'one');
  const end = new AbortController();
  onTestFinished(() => end.abort());
  let told = 0;
  watchOutside(
    [there, absent],
    () => {
      told += 1;
    },
    end.signal,
  );
  const becomes = (count: number) => expect.poll(() => told, { timeout: 10_000 }).toBe(count);
  return { folder, there, absent, end, becomes };
}

it('tells of a file that is written, replaced or removed, and of one that appears', async () => {
  const { folder, there, absent, becomes } = watched();
  await sleep(700);
  writeFileSync(there, 'changed');
  await becomes(1);
  writeFileSync(`${folder}/new`, 'replaced');
  renameSync(`${folder}/new`, there);
  await becomes(2);
  rmSync(there);
  await becomes(3);
  writeFileSync(absent, 'here');
  await becomes(4);
});

it('tells nothing more when it is over', async () => {
  const { there, end, becomes } = watched();
  await sleep(700);
  end.abort();
  utimesSync(there, 1, 1);
  await sleep(1_200);
  await becomes(0);
});
