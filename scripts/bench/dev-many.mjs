// @ts-check
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { measureSave } from './dev-save.mjs';
import { write } from './dev-world.mjs';
import { interleave } from './measure.mjs';
import { row } from './report.mjs';

const burstFiles = 200;
const branchFiles = 5_000;
const treeFiles = 20_000;

/** Longer than any quiet time of the watcher: what comes later would be a cycle too many. */
const lateCycles = 700;

/**
 * Files in folders of a hundred.
 *
 * @param {number} count
 * @param {string} content
 */
function files(count, content) {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`parts/${Math.floor(index / 100)}/${index}.txt`, content]),
  );
}

/**
 * Many files saved at once.
 *
 * @param {import('./dev-world.mjs').DevWorld} world
 * @returns {Promise<import('./report.mjs').Section>}
 */
export async function burst(world) {
  /** @param {string} text */
  const state = (text) =>
    Object.fromEntries(Array.from({ length: burstFiles }, (_, index) => [`parts/${index}`, `${text}\n`]));
  const source = world.makeSource('burst', { 'index.html': 'burst', ...state('start') });
  const dev = await world.dev(source);
  const times = [];
  const assembles = [];
  const mixed = [];
  const cycles = [];
  for (let round = 1; round <= world.runs; round += 1) {
    world.signal.throwIfAborted();
    await dev.quiet();
    const first = dev.events.length;
    const text = `state ${round}`;
    const halves = new Set();
    const saved = await measureSave(world, dev, {
      path: '/states',
      text,
      save: () => write(source, state(text)),
      onAnswer: (body) => body.trim().includes('\n') && halves.add(body),
    });
    await sleep(lateCycles);
    const seen = dev.events.slice(first);
    const count = (/** @type {string} */ type) => seen.filter((event) => event.type === type).length;
    times.push(saved.ms);
    assembles.push(saved.assemble);
    mixed.push(halves.size);
    cycles.push(count('cycle-started') - count('cycle-superseded'));
  }
  await dev.stop();
  return {
    title: `${burstFiles} files saved at once`,
    rows: [
      row('write to first answer with all of them', times, { over: ['assemble', assembles] }),
      row('most builds that were not superseded', [Math.max(...cycles)], { unit: 'builds', atMost: 1 }),
      row('answers from more than one state', [mixed.reduce((sum, one) => sum + one, 0)], {
        unit: 'answers',
        atMost: 0,
      }),
    ],
  };
}

/** The file that git writes last of all that differ. */
const lastFile = '/parts/9/999.txt';

/**
 * A branch switch that changes all files, beside a copy of them. Counted from git's end; assemble's own copy isn't in it.
 *
 * @param {import('./dev-world.mjs').DevWorld} world
 * @returns {Promise<import('./report.mjs').Section>}
 */
export async function branchSwitch(world) {
  const branches = ['one', 'two'];
  const source = world.makeSource('branches', {});
  /** @param {readonly string[]} words */
  const git = (...words) => {
    const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost'];
    execFileSync('git', ['-C', source, ...identity, ...words], { stdio: 'pipe' });
  };
  git('init', '--quiet', '--initial-branch', 'start');
  for (const branch of branches) {
    git('checkout', '--quiet', '-b', branch);
    write(source, { 'index.html': branch, ...files(branchFiles, `this file is of branch ${branch}\n`) });
    git('add', '--all');
    git('commit', '--quiet', '--message', branch);
  }
  const dev = await world.dev(source);
  let round = 0;
  const { switched = [], copy = [] } = await interleave(
    {
      switched: async () => {
        await dev.quiet();
        const branch = branches[round % branches.length] ?? '';
        const text = `this file is of branch ${branch}`;
        round += 1;
        const started = performance.now();
        let ended = started;
        const save = () => {
          git('checkout', '--quiet', branch);
          ended = performance.now();
        };
        const { ms, assemble } = await measureSave(world, dev, { path: lastFile, text, save });
        return { all: ms - (ended - started), own: ms - (ended - started) - assemble };
      },
      copy: async () => {
        await dev.quiet();
        const started = performance.now();
        execFileSync('cp', ['-a', `${source}/parts`, world.freshPath()]);
        return { all: performance.now() - started, own: 0 };
      },
    },
    world.runs,
    world.signal,
  );
  await dev.stop();
  const copies = copy.map(({ all }) => all);
  return {
    title: `branch switch, ${branchFiles} files`,
    rows: [
      row(
        'end of git checkout to first answer, without assemble',
        switched.map(({ own }) => own),
        { ratioTo: ['cp -a', copies], atMost: 1.2 },
      ),
      row(
        'end of git checkout to first answer',
        switched.map(({ all }) => all),
        { ratioTo: ['cp -a', copies] },
      ),
      row('cp -a of the files', copies),
    ],
  };
}

/**
 * One file saved in a large tree, beside a small one. Both assemble no more than that file.
 *
 * @param {import('./dev-world.mjs').DevWorld} world
 * @returns {Promise<import('./report.mjs').Section>}
 */
export async function tree(world) {
  const own = { '.sti/bin/assemble': '#!/bin/sh\nexec cp /tmp/src/index.html /www/\n', 'index.html': 'start' };
  const sources = {
    small: world.makeSource('small', own),
    large: world.makeSource('large', { ...own, ...files(treeFiles, 'one of very many\n') }),
  };
  const small = await world.dev(sources.small);
  const large = await world.dev(sources.large);
  let round = 0;
  /**
   * @param {import('./dev-session.mjs').Dev} dev
   * @param {string} source
   */
  const saved = (dev, source) => async () => {
    await Promise.all([small.quiet(), large.quiet()]);
    round += 1;
    const text = `state ${round}`;
    return measureSave(world, dev, { path: '/', text, save: () => write(source, { 'index.html': text }) });
  };
  const results = await interleave(
    { small: saved(small, sources.small), large: saved(large, sources.large) },
    world.runs,
    world.signal,
  );
  await Promise.all([small.stop(), large.stop()]);
  const times = (/** @type {'small' | 'large'} */ name) => results[name]?.map(({ ms }) => ms) ?? [];
  return {
    title: `one file saved in a tree of ${treeFiles} files, write to first answer`,
    rows: [
      row(`tree of ${treeFiles} files`, times('large'), { ratioTo: ['one file', times('small')], atMost: 1.1 }),
      row('tree of one file', times('small')),
    ],
  };
}
