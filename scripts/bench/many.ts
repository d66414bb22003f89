import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { writePrograms } from '../../test/support/write-files.ts';
import { states } from './dev.ts';
import { interleave, row, type Section } from './report.ts';
import { type Session, startSession } from './session.ts';
import type { World } from './world.ts';

/** Many files saved at once. */
export async function burst(world: World): Promise<Section> {
  const count = 200;
  const parts = (text: string) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`parts/${n}`, `${text}\n`]));
  const dev = await startSession(world, 'burst', { files: { 'index.html': 'burst', ...parts('start') } });
  const next = states();
  const [times, assembles, builds]: [number[], number[], number[]] = [[], [], []];
  let mixed = 0;
  for (let round = 0; round < world.runs; round += 1) {
    await dev.quiet();
    const first = dev.events.length;
    const text = next();
    const saved = await dev.save(
      () => writePrograms(dev.source, parts(text)),
      '/states',
      text,
      (body) => {
        mixed += body.trim().includes('\n') ? 1 : 0;
      },
    );
    // Longer than any quiet time of the watcher: what comes now would be a build too many.
    await sleep(700);
    const number = (type: string) => dev.events.slice(first).filter((event) => event.type === type).length;
    times.push(saved.ms);
    assembles.push(saved.assemble);
    builds.push(number('cycle-started') - number('cycle-superseded'));
  }
  await dev.stop();
  return {
    title: `${count} files saved at once`,
    rows: [
      row('write to first answer with all of them', times, { over: ['assemble', assembles] }),
      row('most builds that were not superseded', [Math.max(...builds)], { unit: 'builds', atMost: 1 }),
      row('answers from more than one state', [mixed], { unit: 'answers', atMost: 0 }),
    ],
  };
}

/** Files in folders of a hundred. */
function manyFiles(count: number, content: string): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, n) => [`parts/${Math.floor(n / 100)}/${n}.txt`, content]),
  );
}

/** A branch switch that changes all files, beside a copy of them; counted from git's end. */
export async function branchSwitch(world: World): Promise<Section> {
  const count = 5_000;
  const branches = ['one', 'two'];
  const source = world.source('branch', {});
  const git = (...words: readonly string[]) => {
    const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost'];
    execFileSync('git', ['-C', source, ...identity, ...words], { stdio: 'pipe' });
  };
  git('init', '--quiet', '--initial-branch', 'start');
  for (const branch of branches) {
    git('checkout', '--quiet', '-b', branch);
    writePrograms(source, { 'index.html': branch, ...manyFiles(count, `this file is of branch ${branch}\n`) });
    git('add', '--all');
    git('commit', '--quiet', '--message', branch);
  }
  const dev = await startSession(world, 'branch', { files: {} });
  let round = 0;
  const own: number[] = [];
  const { switched, copy } = await interleave(
    {
      switched: async () => {
        await dev.quiet();
        const branch = branches[round % 2] ?? '';
        round += 1;
        let ended = 0;
        const started = performance.now();
        const change = () => {
          git('checkout', '--quiet', branch);
          ended = performance.now();
        };
        // The file that git writes last of all that differ.
        const { ms, assemble } = await dev.save(change, '/parts/9/999.txt', `this file is of branch ${branch}`);
        own.push(ms - (ended - started) - assemble);
        return ms - (ended - started);
      },
      copy: async () => {
        await dev.quiet();
        const started = performance.now();
        execFileSync('cp', ['-a', `${source}/parts`, world.stage()]);
        return performance.now() - started;
      },
    },
    world,
  );
  await dev.stop();
  return {
    title: `branch switch, ${count} files`,
    rows: [
      row('end of git checkout to first answer, without assemble', own.slice(1), {
        ratioTo: ['cp -a', copy],
        atMost: 1.2,
      }),
      row('end of git checkout to first answer', switched, { ratioTo: ['cp -a', copy] }),
      row('cp -a of the files', copy),
    ],
  };
}

/** One file saved in a large tree, beside a small one. Both assemble no more than that file. */
export async function tree(world: World): Promise<Section> {
  const count = 20_000;
  const own = { '.sti/bin/assemble': '#!/bin/sh\nexec cp /tmp/src/index.html /app/\n', 'index.html': 'start' };
  const small = await startSession(world, 'small', { files: own });
  const large = await startSession(world, 'large', { files: { ...own, ...manyFiles(count, 'one of very many\n') } });
  const next = states();
  const saved = (dev: Session) => async () => {
    await Promise.all([small.quiet(), large.quiet()]);
    return (await dev.saveText(next())).ms;
  };
  const taken = await interleave({ small: saved(small), large: saved(large) }, world);
  await Promise.all([small.stop(), large.stop()]);
  return {
    title: `one file saved in a tree of ${count} files, write to first answer`,
    rows: [
      row(`tree of ${count} files`, taken.large, { ratioTo: ['one file', taken.small], atMost: 1.1 }),
      row('tree of one file', taken.small),
    ],
  };
}
