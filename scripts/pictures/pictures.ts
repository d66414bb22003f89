import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { write } from '../bench/world.ts';
import { findOrStartEngine } from '../engine.mjs';
import { engineApi } from '../engine-api.mjs';
import { getWhenReady } from '../http-get.mjs';
import { projectFolder } from '../project.mjs';
import { makeSampleBuilder, sampleBuilder } from '../sample-builder.mjs';
import type { Script } from '../terminal.mjs';
import { tidyAtEnd } from '../tidy-images.mjs';
import { makeSite, page } from './applications.ts';
import { cellsOf } from './cells.ts';
import { openSti, type Screen } from './screen.ts';
import { svgOf } from './svg.ts';

const docs = join(projectFolder, 'docs');
const shop = { index: 'The shop', teas: 'Teas', cups: 'Cups' };
const blog = { index: 'The blog', about: 'About us' };

/** The pictures of the README: what `sti dev` shows on a terminal, in the situations that matter. */
export default async function main(script: Script): Promise<void> {
  const { signal, step, defer } = script;

  let api = engineApi('unix:///');
  await step('engine', async () => {
    const engine = await findOrStartEngine(script, { keep: false });
    api = engineApi(engine.address);
    return engine.summary;
  });
  for (const tag of [sampleBuilder, 'sti-shop:latest', 'sti-blog:latest']) {
    await tidyAtEnd(script, api, tag, { keep: false });
  }
  await step('builder image', () => makeSampleBuilder(script, api));

  const folder = mkdtempSync(join(tmpdir(), 'sti-pictures-'));
  defer(async () => rmSync(folder, { recursive: true, force: true }));
  const { PATH } = process.env;
  const env = { PATH, HOME: folder, TMPDIR: folder, DOCKER_HOST: api.address };
  mkdirSync(docs, { recursive: true });

  const site = join(folder, 'shop');
  makeSite(site, shop);
  const one = `sti dev . ${sampleBuilder} sti-shop`;
  const dev = openSti(script, one.split(' ').slice(1), { cwd: site, env });

  await step('serving', async () => {
    await dev.shows(/● serving +http/, /commit +(after the save|afterwards|later) +\d/);
    write(site, { 'teas.html': page('Teas from far away', ['index.html', 'cups.html']) });
    await dev.shows(/● serving +http[\s\S]*2 ✔ .*teas\.html/, /commit +(after the save|afterwards|later) +\d/);
    const address = /http:\/\/\S+/.exec(dev.text())?.[0] ?? '';
    for (const path of ['/', '/style.css', '/teas.html']) await getWhenReady(address + path, { signal });
    await dev.shows(/200/);
    return picture('dashboard-serving', dev, one);
  });

  await step('failed', async () => {
    write(site, { 'index.html': page('The shop', ['teas.html', 'cups.html', 'offers.html']) });
    await dev.shows(/✘ (build )?3 failed.*still serving (build )?2/, /error: index\.html links to offers/);
    return picture('dashboard-failed', dev, one);
  });

  await step('artifacts', async () => {
    write(site, { 'offers.html': page('Offers', ['index.html']) });
    await dev.shows(/● serving +http[\s\S]*4 ✔/, /commit +(after the save|afterwards|later) +\d/);
    for (const pane of ['Steps', 'Logs', 'Artifacts']) {
      if (/open folder/.test(dev.text())) break;
      dev.press('\t');
      await dev.shows(new RegExp(pane));
    }
    dev.press('z');
    await dev.shows(/╭ Artifacts/, /unzoom|esc back/);
    // The image first, which stands below: opening what is above would move it.
    for (const key of 'jlkl') {
      dev.press(key);
      await dev.shows(/╭ Artifacts/);
    }
    return picture('dashboard-artifacts', dev, one);
  });
  await dev.end();

  await step('several', async () => {
    for (const [name, pages, port] of [
      ['shop', shop, 8080],
      ['blog', blog, 3000],
    ] as const) {
      makeSite(join(folder, name), pages);
      const config = { image: sampleBuilder, tag: `sti-${name}`, ports: [`${port}:8080`] };
      write(join(folder, name), { '.sti/config.json': JSON.stringify(config) });
    }
    const several = openSti(script, ['dev', 'shop', 'blog'], { cwd: folder, env });
    await several.shows(/shop .*serving/, /blog .*serving/);
    const done = picture('dashboard-several', several, 'sti dev shop blog');
    await several.end();
    return done;
  });

  function picture(name: string, screen: Screen, title: string): string {
    writeFileSync(join(docs, `${name}.svg`), svgOf(cellsOf(screen.terminal), title));
    return `docs/${name}.svg`;
  }
}
