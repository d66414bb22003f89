import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { getWhenReady } from '../../test/support/http-get.ts';
import { writePrograms } from '../../test/support/write-files.ts';
import { projectFolder } from '../project.mjs';
import type { Script } from '../terminal.mjs';
import { animate } from './animation.ts';
import { makeSite, page, siteConfig } from './applications.ts';
import { asciicast, record } from './recording.ts';
import { command, shop } from './scenes.ts';
import { openSti } from './screen.ts';
import { setUp } from './stage.ts';

const [columns, rows] = [100, 30];
const ground = 'dark';
const served = /● serving +http/;

/** Records a session of a minute: `session.svg` in docs/, or in the folder that is given, and `session.cast` beside it. */
export default async function main(script: Script, [folder]: readonly string[]): Promise<void> {
  const { signal } = script;
  const stage = await setUp(script);
  const target = folder ?? join(projectFolder, 'docs');
  mkdirSync(target, { recursive: true });
  const site = join(stage.folder, 'shop');
  makeSite(site, shop);
  const at = Date.now();
  const options = ['--theme', ground, '--notify', 'off'];
  const dev = openSti(script, [...command.split(' ').slice(1), ...options], {
    cwd: site,
    env: stage.env,
    columns,
    rows,
  });
  const stop = record(dev, ground);
  /** Time to read. */
  const read = (seconds: number) => sleep(seconds * 1_000, undefined, { signal });
  const save = (name: string, title: string, links = ['index.html']) =>
    writePrograms(site, { [name]: page(title, links) });

  await script.step('session', async () => {
    await dev.shows(served, /commit +(after|later)/);
    await read(1);
    for (const [number, title] of ['Green teas', 'Green and white teas', 'Teas from far away'].entries()) {
      save('teas.html', title);
      await dev.showsNow(new RegExp(`${number + 2} ✔`), served);
      await read(3);
    }
    const address = /http:\/\/[^\s│]+/.exec(dev.text())?.[0] ?? '';
    for (const path of ['/', '/style.css', '/teas.html']) await getWhenReady(address + path, { signal });
    await read(3);
    writePrograms(site, { 'site.config.js': siteConfig(['teas.html', 'offers.html']) });
    await dev.showsNow(/failed.*still serving/);
    await read(5);
    save('offers.html', 'Offers');
    await dev.showsNow(/6 ✔/, served);
    await read(3);
    for (const key of ['\x1b[Z', 'j', '\r']) {
      dev.press(key);
      await read(0.7);
    }
    await read(3);
    dev.press('\x1b');
    dev.press('4');
    await read(2);
    dev.press('\r');
    await read(4);
    for (const key of ['\x1b', '\x1b', '\t', '\t', '\t']) {
      if (/open folder/.test(dev.text())) break;
      dev.press(key);
      await read(0.5);
    }
    for (const key of ['j', 'l', 'G', 'l']) {
      dev.press(key);
      await read(0.8);
    }
    await read(4);
    for (const key of [':', 'i', 'n', 's', '\r']) {
      dev.press(key);
      await read(0.4);
    }
    await read(4);
    dev.press('\x1b');
    await read(1);
    return `${((Date.now() - at) / 1000).toFixed(0)} s`;
  });
  const recording = stop();
  await dev.end();
  await script.step('files', async () => {
    writeFileSync(join(target, 'session.cast'), asciicast(recording, { columns, rows, title: command, at }));
    const svg = animate(recording, [columns, rows], { title: command, ground });
    writeFileSync(join(target, 'session.svg'), svg);
    return `${target}/session.svg, ${Math.round(svg.length / 1024)} kB, and session.cast`;
  });
}
