import { rmSync } from 'node:fs';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { expect, it, onTestFinished } from 'vitest';
import { bundle } from '../../scripts/project.mjs';
import { makeBuilder } from '../support/builders.ts';
import { removeImage, testTag } from '../support/engine.ts';
import { engineAddress } from '../support/engine-address.ts';
import { siteBuilder } from '../support/site-builder.ts';
import { homeFor } from '../support/sti.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

const assemble = `#!/bin/sh
echo "compiling the site"
[ ! -e /tmp/src/fail ] || { echo "error: this build is to fail" >&2; exit 5; }
mkdir -p /www
cp -R /tmp/src/. /www
`;
const { run } = siteBuilder.scripts;
const patience = { timeout: 60_000, interval: 50 };

/** `sti dev` of a small site in a terminal of its own, as a person has it before them. */
async function openDev() {
  const source = tempFolder();
  writeFiles(source, { 'index.html': 'one' });
  const tag = testTag('dashboard');
  const builder = await makeBuilder({ scripts: { assemble, run, 'save-artifacts': null }, exposedPorts: ['8080'] });
  const terminal = new xterm.Terminal({ cols: 100, rows: 30, allowProposedApi: true });
  const home = homeFor();
  const { PATH } = process.env;
  const env = { PATH, HOME: home, TMPDIR: home, DOCKER_HOST: engineAddress, TERM: 'xterm-256color', LANG: 'C.UTF-8' };
  const sti = pty.spawn(process.execPath, [bundle, 'dev', source, builder, tag, '--port', '18082:8080'], {
    cols: 100,
    rows: 30,
    cwd: home,
    env,
  });
  sti.onData((data) => terminal.write(data));
  const ended = new Promise<number>((resolve) => sti.onExit(({ exitCode }) => resolve(exitCode)));
  onTestFinished(async () => {
    sti.kill('SIGTERM');
    await ended;
    await removeImage(tag);
  });
  const screen = (): string => {
    const { active } = terminal.buffer;
    const lines = Array.from({ length: terminal.rows }, (_none, row) => active.getLine(active.baseY + row));
    return lines.map((line) => line?.translateToString(true) ?? '').join('\n');
  };
  const shows = (text: string | RegExp) => expect.poll(screen, patience).toMatch(text);
  await shows('● serving  http://');
  return { source, terminal, sti, ended, screen, shows };
}

it('shows a start, a save, a failure and its end, a search, a new size, and gives the terminal back at q', async () => {
  const { source, terminal, sti, ended, screen, shows } = await openDev();
  expect(terminal.buffer.active.type).toBe('alternate');
  writeFiles(source, { 'index.html': 'two' });
  await shows(/2 ✔ .*index\.html/);
  writeFiles(source, { fail: '' });
  await shows('✘ build 3 failed: assemble failed with exit code 5 — still serving build 2');
  await shows(/Logs · assemble · build 3[\s\S]*error: this build is to fail/);
  rmSync(`${source}/fail`);
  await shows(/● serving[\s\S]*4 ✔/);
  sti.write('/');
  await shows('esc drop');
  sti.write('compiling\r');
  await shows(/compiling \d of \d/);
  sti.write('\x1b');
  sti.resize(60, 20);
  terminal.resize(60, 20);
  await shows(/^ sti dev [\s\S]*╯\n q quit.*$/);
  expect(
    screen()
      .split('\n')
      .filter((line) => line.includes('╭ Steps')).length,
  ).toBe(1);
  sti.write('q');
  expect(await ended).toBe(0);
  await expect.poll(() => terminal.buffer.active.type, patience).toBe('normal');
  await shows(/done +4 builds, 1 failed/);
});

it.each([
  ['Ctrl-C', (sti: pty.IPty) => sti.write('\x03')],
  ['SIGTERM', (sti: pty.IPty) => sti.kill('SIGTERM')],
] as const)('gives the terminal back at %s', async (_way, end) => {
  const { terminal, sti, ended, shows } = await openDev();
  end(sti);
  await ended;
  await shows(/done +1 build/);
  expect(terminal.buffer.active.type).toBe('normal');
});
