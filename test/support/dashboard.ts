import { readFileSync } from 'node:fs';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { expect, onTestFinished } from 'vitest';
import { bundle } from '../../scripts/project.mjs';
import { makeBuilder } from './builders.ts';
import { removeImage, testTag } from './engine.ts';
import { engineAddress } from './engine-address.ts';
import { leftBy } from './leftovers.ts';
import { siteBuilder } from './site-builder.ts';
import { homeFor, temporaryFolderOf } from './sti.ts';
import { tempFolder, writeFiles } from './temp.ts';

/** A file `fail` in the source fails the build, and a file `wait` lets it go on for a minute. */
const assemble = `#!/bin/sh
echo "compiling the site"
[ ! -e /tmp/src/fail ] || { echo "error: this build is to fail" >&2; exit 5; }
[ ! -e /tmp/src/wait ] || { echo "this build takes its time"; sleep 60; }
mkdir -p /www
cp -R /tmp/src/. /www
`;
const { run } = siteBuilder.scripts;
const patience = { timeout: 60_000, interval: 50 };

/** Runs sti as a shell does, and says then how it ended and how it left the terminal. */
const shell = '"$@"; echo "ended with $?"; stty -a; echo "the shell goes on"';

/** `sti dev` of a small site in a terminal of its own, begun by a shell, as a person has it before them. */
export async function openDashboard(files: Readonly<Record<string, string>> = { 'index.html': 'one' }) {
  const source = tempFolder();
  writeFiles(source, files);
  const tag = testTag('dashboard');
  const builder = await makeBuilder({ scripts: { assemble, run, 'save-artifacts': null }, exposedPorts: ['8080'] });
  const terminal = new xterm.Terminal({ cols: 100, rows: 30, allowProposedApi: true });
  const home = homeFor();
  const { PATH } = process.env;
  const TMPDIR = temporaryFolderOf(home);
  const env = { PATH, HOME: home, TMPDIR, DOCKER_HOST: engineAddress, TERM: 'xterm-256color', LANG: 'C.UTF-8' };
  const sti = [process.execPath, bundle, 'dev', source, builder, tag];
  const begun = pty.spawn('/bin/sh', ['-c', shell, 'sh', ...sti], { cols: 100, rows: 30, cwd: home, env });
  let hiddenCursor = false;
  begun.onData((data) => {
    const last = data.match(/\x1b\[\?25[hl]/g)?.at(-1);
    if (last !== undefined) hiddenCursor = last.endsWith('l');
    terminal.write(data);
  });
  const ended = new Promise<void>((resolve) => begun.onExit(() => resolve()));
  const screen = (): string => {
    const { active } = terminal.buffer;
    const lines = Array.from({ length: terminal.rows }, (_none, row) => active.getLine(active.baseY + row));
    return lines.map((line) => line?.translateToString(true) ?? '').join('\n');
  };
  const shows = (text: string | RegExp) => expect.poll(screen, patience).toMatch(text);
  await shows(/^ sti dev /);
  const [pid = -1] = childrenOf(begun.pid);
  onTestFinished(async () => {
    if (isRunning(pid)) process.kill(pid, 'SIGTERM');
    await expect.poll(() => isRunning(pid), patience).toBe(false);
    begun.kill('SIGKILL');
    await ended;
    await removeImage(tag);
  });
  return {
    source,
    screen,
    shows,
    type: (keys: string) => begun.write(keys),
    isAlternate: () => terminal.buffer.active.type === 'alternate',
    resize(columns: number, rows: number) {
      begun.resize(columns, rows);
      terminal.resize(columns, rows);
    },
    kill: (signal: NodeJS.Signals) => process.kill(pid, signal),
    /** Takes the terminal away, as closing its window does. */
    closeWindow() {
      if ('destroy' in begun && typeof begun.destroy === 'function') begun.destroy();
    },
    /** Looks whether the terminal is as it was, and whether nothing is left on the engine. */
    async expectLeft() {
      await shows(/ended with \d+/);
      await shows('the shell goes on');
      expect(terminal.buffer.active.type).toBe('normal');
      expect(screen()).toMatch(/ icanon /);
      expect(screen()).toMatch(/ echo /);
      expect(hiddenCursor).toBe(false);
      expect(await left()).toEqual([]);
    },
    async expectGone() {
      await expect.poll(() => isRunning(pid), patience).toBe(false);
      expect(await left()).toEqual([]);
    },
  };

  function left() {
    return leftBy(pid, { folders: [TMPDIR] });
  }
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

function isRunning(pid: number): boolean {
  try {
    // Whoever has ended and isn't waited for yet has a Z there.
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
