import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openDashboard } from '../../support/dashboard.ts';
import { writeFiles } from '../../support/temp.ts';

/** Far longer than the build of the site takes. */
const pauseMs = 8_000;

it('shows a start, a save, a failure, and that the next save mends it', async () => {
  const { source, shows, isAlternate } = await openDashboard();
  expect(isAlternate()).toBe(true);
  await shows(/build 1 [\s\S]*● serving {2}http:/);
  writeFiles(source, { 'index.html': 'two' });
  await shows(/2 ✔ .*index\.html/);
  writeFiles(source, { fail: '' });
  await shows(/✘ (build )?3 failed: assemble exit 5 — still serving (build )?2/);
  await shows(/▌ assemble failed with exit code 5[\s\S]*▌ Try: [\s\S]*▌ still serving build 2/);
  await shows(/Logs · assemble · build 3[\s\S]*error: this build is to fail/);
  rmSync(`${source}/fail`);
  await shows(/● serving[\s\S]*4 ✔/);
});

it('finds what is searched for, and goes from hit to hit', async () => {
  const { shows, type } = await openDashboard();
  // The last thing that this build has to say.
  await shows(/commit +(after the save|afterwards|later) +\d/);
  type('/');
  await shows('esc drop');
  type('the site\r');
  await shows(/Logs · .*\/the site 1 of 1/);
  type('\x1b');
  await shows(/Logs · all ─/);
  type('3');
  type('/: ');
  await shows(/: .*hits +enter search/);
  type('\r');
  await shows(/\/: {2}(\d+) of \1 /);
  type('n');
  await shows(/\/: {2}1 of \d+ /);
});

it('fits every new size without leftovers, also after one that is too small', async () => {
  const { shows, screen, resize } = await openDashboard();
  await shows('● serving');
  const panes = () => screen().match(/╭ (Steps|Logs|Artifacts) /g)?.length;
  for (const [columns, rows] of [
    [60, 20],
    [30, 8],
    [200, 50],
    [80, 24],
  ] as const) {
    resize(columns, rows);
    if (rows < 10) await shows(`${columns}×${rows}, it needs 40×10`);
    else await shows(new RegExp(`^ sti dev [\\s\\S]*╭[^\\n]*╮\\n[\\s\\S]*\\n╰─{${columns - 2}}╯\\n q quit[^\\n]*$`));
    if (rows >= 10) await expect.poll(panes, { timeout: 60_000 }).toBe(3);
  }
});

it('quits at q with a summary, and leaves the terminal as it was', async () => {
  const { shows, type, expectLeft } = await openDashboard();
  await shows('● serving');
  type('q');
  await shows(/done +1 build/);
  await shows('ended with 0');
  await expectLeft();
});

it('counts the time of a save that was made in a pause from its end', async () => {
  const { source, shows, type, screen } = await openDashboard();
  await shows('● serving');
  type('p');
  await shows('watching paused');
  writeFiles(source, { 'index.html': 'two' });
  await sleep(pauseMs);
  type('p');
  await shows(/2 ✔ .*index\.html/);
  const [, number, unit] = / 2 ✔ +([\d.]+) (ms|s)/.exec(screen()) ?? [];
  expect(Number(number) * (unit === 's' ? 1_000 : 1)).toBeLessThan(pauseMs);
});
