import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writePrograms } from '../../test/support/write-files.ts';
import { projectFolder } from '../project.mjs';
import { sampleBuilder } from '../sample-builder.ts';
import type { Script } from '../terminal.mjs';
import { makeSite } from './applications.ts';
import { cellsOf } from './cells.ts';
import { blog, command, prepare, scenes, shop } from './scenes.ts';
import { openSti, type Screen } from './screen.ts';
import { setUp } from './stage.ts';
import { type Ground, svgOf } from './svg.ts';

type Size = readonly [columns: number, rows: number];
const usual: Size = [100, 30];
const sizes: readonly Size[] = [[80, 24], usual, [160, 45]];

/**
 * The pictures of the documentation; with a folder as argument all states of the dashboard in it, at three sizes, on a dark
 * and on a light ground.
 */
export default async function main(script: Script, [folder]: readonly string[]): Promise<void> {
  const stage = await setUp(script);
  const target = folder ?? join(projectFolder, 'docs');
  mkdirSync(target, { recursive: true });
  const env = stage.env;

  for (const ground of folder === undefined ? (['dark'] as const) : (['dark', 'light'] as const)) {
    const site = join(stage.folder, ground, 'shop');
    prepare(site);
    const options = ['--theme', ground, '--notify', 'off'];
    const dev = openSti(script, [...command.split(' ').slice(1), ...options], { cwd: site, env });
    const play = { stage, dev, site, signal: script.signal };
    for (const { name, inDocs, act, after } of scenes) {
      await script.step(`${name}, ${ground}`, async () => {
        await act(play);
        const made =
          folder !== undefined || inDocs ? await take(name, dev, command, ground) : 'not in the documentation';
        await after?.(play);
        return made;
      });
    }
    await dev.end();
    await script.step(`several, ${ground}`, async () => {
      const home = join(stage.folder, ground);
      for (const [name, pages, port] of [
        ['shop', shop, 8080],
        ['blog', blog, 3000],
      ] as const) {
        makeSite(join(home, name), pages);
        const config = { image: sampleBuilder, tag: `sti-${name}`, ports: [`${port}:8080`] };
        writePrograms(join(home, name), { '.sti/config.json': JSON.stringify(config) });
      }
      const several = openSti(script, ['dev', 'shop', 'blog', ...options], { cwd: home, env });
      await several.shows(/shop .*serving/, /blog .*serving/);
      const done = await take('several', several, 'sti dev shop blog', ground);
      await several.end();
      return done;
    });
  }

  async function take(name: string, screen: Screen, title: string, ground: Ground): Promise<string> {
    const wanted = folder === undefined ? [usual] : sizes;
    for (const [columns, rows] of wanted) {
      if (wanted.length > 1) {
        screen.resize(columns, rows);
        await sleep(500, undefined, { signal: script.signal });
      }
      const file = folder === undefined ? `dashboard-${name}` : `${name}-${columns}x${rows}-${ground}`;
      writeFileSync(join(target, `${file}.svg`), svgOf(cellsOf(screen.terminal, ground), title, ground));
    }
    screen.resize(...usual);
    return `${wanted.length} in ${target}`;
  }
}
