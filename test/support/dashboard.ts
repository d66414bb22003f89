import { readFileSync } from 'node:fs';
import { expect, onTestFinished } from 'vitest';
import { bundle } from '../../scripts/project.mjs';
import { type Builder, makeBuilder } from './builders.ts';
import { removeImage, testTag } from './engine.ts';
import { engineAddress } from './engine-address.ts';
import { leftBy } from './leftovers.ts';
import { testPort } from './ports.ts';
import { siteBuilder } from './site-builder.ts';
import { homeFor, temporaryFolderOf } from './sti.ts';
import { tempFolder, writeFiles } from './temp.ts';
import { openTerminal } from './terminal.ts';

/** A file `fail` in the source fails the build, and a file `wait` lets it go on for a minute. */
const assemble = `#!/bin/sh
echo "compiling the site"
[ ! -e /tmp/src/fail ] || { echo "error: this build is to fail" >&2; exit 5; }
[ ! -e /tmp/src/wait ] || { echo "this build takes its time"; sleep 60; }
mkdir -p /www
cp -R /tmp/src/. /www
`;
const { run } = siteBuilder.scripts;
export const dashboardBuilder = {
  scripts: { assemble, run, 'save-artifacts': null },
  exposedPorts: ['8080'],
} as const satisfies Builder;
const patience = { timeout: 60_000, interval: 50 };

/** Runs sti as a shell does, and says then how it ended and how it left the terminal. */
const shell = '"$@"; echo "ended with $?"; stty -a; echo "the shell goes on"';

/**
 * `sti dev` of a small site in a terminal of its own, begun by a shell, as a person has it before them.
 * @param more environment variables for sti
 */
export async function openDashboard(
  files: Readonly<Record<string, string>> = { 'index.html': 'one' },
  more: Readonly<Record<string, string>> = {},
) {
  const source = tempFolder();
  writeFiles(source, files);
  const tag = testTag('dashboard');
  const builder = await makeBuilder(dashboardBuilder);
  onTestFinished(() => removeImage(tag));
  return { source, ...(await inTerminal([source, builder, tag, '--port', `${testPort()}:8080`], more)) };
}

/** `sti dev` with these arguments, in a terminal of its own. */
export async function inTerminal(args: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const home = homeFor();
  const { PATH } = process.env;
  const TMPDIR = temporaryFolderOf(home);
  const env = { PATH, HOME: home, TMPDIR, DOCKER_HOST: engineAddress, ...more };
  const sti = [process.execPath, bundle, 'dev', ...args];
  const terminal = openTerminal(['/bin/sh', '-c', shell, 'sh', ...sti], { cwd: home, env });
  let hiddenCursor = false;
  terminal.onData((data) => {
    const last = data.match(/\x1b\[\?25[hl]/g)?.at(-1);
    if (last !== undefined) hiddenCursor = last.endsWith('l');
  });
  const isAlternate = () => terminal.screen.buffer.active.type === 'alternate';
  const screen = terminal.text;
  const shows = (text: string | RegExp) => expect.poll(screen, patience).toMatch(text);
  await shows(/^ sti dev /);
  const [pid = -1] = childrenOf(terminal.pid);
  onTestFinished(async () => {
    if (isRunning(pid)) process.kill(pid, 'SIGTERM');
    await expect.poll(() => isRunning(pid), patience).toBe(false);
    terminal.kill('SIGKILL');
    await terminal.ended;
  });
  return {
    screen,
    shows,
    type: terminal.type,
    isAlternate,
    resize: terminal.resize,
    kill: (signal: NodeJS.Signals) => process.kill(pid, signal),
    /** Takes the terminal away, as closing its window does. */
    closeWindow: terminal.close,
    /** Looks whether the terminal is as it was, and whether nothing is left on the engine. */
    async expectLeft() {
      await shows(/ended with \d+/);
      await shows('the shell goes on');
      expect(isAlternate()).toBe(false);
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
