// @ts-check
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOrStartEngine } from './engine.mjs';
import { engineApi } from './engine-api.mjs';
import { getWhenReady } from './http-get.mjs';
import { makeSite, page, write } from './pictures/applications.mjs';
import { openSti } from './pictures/screen.mjs';
import { svgOf } from './pictures/svg.mjs';
import { prepareProject, projectFolder } from './project.mjs';
import { makeSampleBuilder, sampleBuilder } from './sample-builder.mjs';
import { script } from './terminal.mjs';
import { tidyAtEnd } from './tidy-images.mjs';

const docs = join(projectFolder, 'docs');
const shop = { index: 'The shop', teas: 'Teas', cups: 'Cups' };
const blog = { index: 'The blog', about: 'About us' };

/** The pictures of the README: what `sti dev` shows on a terminal, in the situations that matter. */
await script(async (pictures) => {
  const { signal, step, defer } = pictures;
  process.chdir(projectFolder);
  await prepareProject(pictures);

  let api = engineApi('unix:///');
  await step('engine', async () => {
    const engine = await findOrStartEngine(pictures, { keep: false });
    api = engineApi(engine.address);
    return engine.summary;
  });
  for (const tag of [sampleBuilder, 'sti-shop:latest', 'sti-blog:latest']) {
    await tidyAtEnd(pictures, api, tag, { keep: false });
  }
  await step('builder image', () => makeSampleBuilder(pictures, api));

  const folder = mkdtempSync(join(tmpdir(), 'sti-pictures-'));
  defer(async () => rmSync(folder, { recursive: true, force: true }));
  const { PATH } = process.env;
  const env = { PATH, HOME: folder, TMPDIR: folder, DOCKER_HOST: api.address, TERM: 'xterm-256color', LANG: 'C.UTF-8' };
  mkdirSync(docs, { recursive: true });

  const site = join(folder, 'shop');
  makeSite(site, shop);
  const one = `sti dev . ${sampleBuilder} sti-shop`;
  const dev = openSti(pictures, one.split(' ').slice(1), { cwd: site, env });

  await step('serving', async () => {
    await dev.shows(/● serving +http/, /image +sti-shop:latest is build 1|✔ commit/);
    write(site, 'teas.html', page('Teas from far away', ['index.html', 'cups.html']));
    await dev.shows(/● serving +http[\s\S]*2 ✔ .*teas\.html/, /✔ commit/);
    const address = /http:\/\/\S+/.exec(dev.text())?.[0] ?? '';
    for (const path of ['/', '/style.css', '/teas.html']) await getWhenReady(address + path, { signal });
    await dev.shows(/200/);
    return picture('dashboard-serving', dev, one);
  });

  await step('failed', async () => {
    write(site, 'index.html', page('The shop', ['teas.html', 'cups.html', 'offers.html']));
    await dev.shows(/✘ build 3 failed.*still serving build 2/, /error: index\.html links to offers/);
    return picture('dashboard-failed', dev, one);
  });

  await step('artifacts', async () => {
    write(site, 'offers.html', page('Offers', ['index.html']));
    await dev.shows(/● serving +http[\s\S]*4 ✔/, /✔ commit/);
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
    for (const [name, pages, port] of /** @type {const} */ ([
      ['shop', shop, 8080],
      ['blog', blog, 3000],
    ])) {
      makeSite(join(folder, name), pages);
      const config = { image: sampleBuilder, tag: `sti-${name}`, ports: [`${port}:8080`] };
      write(join(folder, name), '.sti/config.json', JSON.stringify(config));
    }
    const several = openSti(pictures, ['dev', 'shop', 'blog'], { cwd: folder, env });
    await several.shows(/shop .*serving/, /blog .*serving/);
    const done = picture('dashboard-several', several, 'sti dev shop blog');
    await several.end();
    return done;
  });

  /**
   * @param {string} name
   * @param {import('./pictures/screen.mjs').Screen} screen
   * @param {string} title
   */
  function picture(name, screen, title) {
    writeFileSync(join(docs, `${name}.svg`), svgOf(screen.cells(), title));
    return `docs/${name}.svg`;
  }
});
