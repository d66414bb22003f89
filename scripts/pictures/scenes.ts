import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { getWhenReady } from '../../test/support/http-get.ts';
import { writePrograms } from '../../test/support/write-files.ts';
import { sampleBuilder } from '../sample-builder.ts';
import { makeSite, page, siteConfig } from './applications.ts';
import type { Screen } from './screen.ts';
import type { Stage } from './stage.ts';

/** A state of the dashboard, and how one gets there from the one before. Resolves when the screen shows it. */
export interface Scene {
  readonly name: string;
  /** Its picture is in docs/. */
  readonly inDocs?: true;
  readonly act: (play: Play) => Promise<void>;
  /** Back to where the next one begins. */
  readonly after?: (play: Play) => Promise<void>;
}

interface Play {
  readonly stage: Stage;
  readonly dev: Screen;
  readonly site: string;
  readonly signal: AbortSignal;
}

export const shop = { index: 'The shop', teas: 'Teas', cups: 'Cups' };
export const blog = { index: 'The blog', about: 'About us' };
export const command = `sti dev . ${sampleBuilder} sti-shop`;

const served = /● serving +http/;
const quiet = /commit +(after the save|afterwards|later) +\d/;

/** Of one application, in the order in which they are played. */
export const scenes: readonly Scene[] = [
  {
    name: 'waiting-for-port',
    async act({ dev }) {
      await dev.showsNow(/waiting for 8080 · \d\.\d of 60 s/);
    },
    after: async ({ dev, site }) => {
      await dev.shows(served);
      remove(site, 'late.html');
      await dev.shows(served, /2 ✔/, quiet);
    },
  },
  {
    name: 'serving',
    inDocs: true,
    async act({ dev, site, signal }) {
      // After a save or two it is known that pages are only copied.
      for (let save = 0; save < 8 && !/· sync/.test(dev.text()); save++) {
        const before = builds(dev);
        writePrograms(site, {
          'teas.html': page('Teas from far away'.slice(0, 10 + save), ['index.html', 'cups.html']),
        });
        await dev.shows(served, new RegExp(`${before + 1} ✔`), quiet);
        // An image has to be looked at before the next save replaces it.
        await sleep(3_000, undefined, { signal });
      }
      await ask(dev, signal, ['/', '/style.css', '/teas.html']);
      await dev.shows(/200/);
    },
  },
  {
    name: 'requests',
    async act({ dev }) {
      dev.press('4');
      await dev.shows(/╭ Requests/);
      dev.press('\r');
      await dev.shows(/Asked with/);
    },
    after: back(['\x1b', '\x1b']),
  },
  { name: 'search', act: keys(['/', 'checking', '\r'], /\/checking/), after: back(['\x1b']) },
  { name: 'build-opened', act: keys(['\x1b[Z', 'j', '\r'], /Steps · build/), after: back(['\x1b']) },
  { name: 'compare', act: keys(['d'], /╭ Compare/), after: back(['\x1b', '\t']) },
  { name: 'inspect', act: keys(['i'], /╭ Inspect/), after: back(['\x1b']) },
  { name: 'palette', act: keys([':', 'req'], /╭ Commands/), after: back(['\x1b']) },
  { name: 'help', act: keys(['?'], /╭ Keys/), after: back(['\x1b']) },
  { name: 'paused', act: keys(['p'], /watching paused/), after: back(['p']) },
  {
    name: 'served-wrong',
    async act({ dev, site }) {
      writePrograms(site, { 'teas.html': page('Teas, with a map', ['index.html', 'cups.html']) });
      await dev.shows(/was served wrong for/);
    },
  },
  {
    name: 'building',
    async act({ dev, site }) {
      writePrograms(site, { 'slow.html': page('Maps') });
      await dev.showsNow(/drawing the maps/);
    },
    after: async ({ dev, site }) => {
      await dev.shows(served, quiet);
      remove(site, 'slow.html');
      await dev.shows(served, quiet);
    },
  },
  {
    name: 'superseded',
    async act({ dev, site }) {
      const before = builds(dev);
      writePrograms(site, { 'slow.html': page('Maps') });
      await dev.showsNow(new RegExp(`build ${before + 1} ·`));
      remove(site, 'slow.html');
      await dev.shows(served, /superseded/, quiet);
    },
  },
  {
    name: 'failed',
    inDocs: true,
    async act({ dev, site }) {
      writePrograms(site, { 'site.config.js': siteConfig(['teas.html', 'cups.html', 'offers.html']) });
      await dev.shows(/✘ (build )?\d+ failed.*still serving/, /offers\.html: no such file/);
    },
    after: async ({ dev, site }) => {
      writePrograms(site, { 'offers.html': page('Offers', ['index.html']) });
      await dev.shows(served, quiet);
    },
  },
  {
    name: 'artifacts',
    inDocs: true,
    async act({ dev }) {
      for (let pane = 0; pane < 3 && !/open folder/.test(dev.text()); pane++) {
        dev.press('\t');
        await dev.shows(/╭/);
      }
      dev.press('z');
      await dev.shows(/╭ Artifacts/, /unzoom|esc back/);
      // The last ones first, which stand below: opening what is above would move them.
      for (const key of ['G', 'l', 'G', 'l', 'k', 'k', 'l']) {
        dev.press(key);
        await dev.shows(/╭ Artifacts/);
      }
    },
    after: back(['z', '\t', '\t']),
  },
  {
    name: 'application-ended',
    async act({ dev, site }) {
      writePrograms(site, { 'crash.html': page('Crash') });
      await dev.shows(/the application ended|ended: exit/);
    },
    after: async ({ dev, site }) => {
      remove(site, 'crash.html');
      await dev.shows(served, quiet);
    },
  },
  {
    name: 'engine-gone',
    async act({ dev, stage }) {
      await stage.engine.cut();
      await dev.shows(/the engine does not answer since/);
    },
    after: async ({ dev, stage }) => {
      await stage.engine.mend();
      await dev.shows(served);
    },
  },
];

/** Before the first scene. */
export function prepare(site: string): void {
  makeSite(site, shop);
  writePrograms(site, { 'late.html': page('Late') });
}

function remove(site: string, name: string): void {
  rmSync(join(site, name), { force: true });
}

function keys(pressed: readonly string[], shown: RegExp) {
  return async ({ dev }: Play): Promise<void> => {
    for (const key of pressed) {
      dev.press(key);
      await dev.shows(/ /);
    }
    await dev.shows(shown);
  };
}

function back(pressed: readonly string[]) {
  return keys(pressed, /╭ Steps/);
}

async function ask(dev: Screen, signal: AbortSignal, paths: readonly string[]): Promise<void> {
  const address = /http:\/\/[^\s│]+/.exec(dev.text())?.[0] ?? '';
  for (const path of paths) await getWhenReady(address + path, { signal });
}

/** The number of the last build. */
function builds(dev: Screen): number {
  return Number(/build (\d+) ·/.exec(dev.text())?.[1] ?? 0);
}
