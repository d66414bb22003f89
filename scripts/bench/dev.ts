import { writePrograms } from '../../test/support/write-files.ts';
import { nodeSource } from './builders.ts';
import { runUntilAnswered, startUntilReady, wakeUntilAnswered } from './raw.ts';
import { interleave, type Row, row, type Section } from './report.ts';
import { type Saved, type SessionOptions, startSession } from './session.ts';
import type { World } from './world.ts';

/** What sti says of the saves by its own events. */
function ownWords(saves: readonly Saved[]): Row[] {
  return (['claimed', 'assemble', 'ready'] as const).map((name) =>
    row(
      `by its events: ${{ claimed: 'save to served', assemble: 'assemble', ready: 'start until ready' }[name]}`,
      saves.map((saved) => saved[name]),
    ),
  );
}

/** Numbers, so that each save is another. */
export function states(): () => string {
  let state = 0;
  return () => {
    state += 1;
    return `state ${state}`;
  };
}

export const saves = (world: World) => saveToServed(world, 'save', 35);
export const enteredSaves = (world: World) => saveToServed(world, 'entrypoint', 35, { builder: 'entered' });
export const userSaves = (world: World) => saveToServed(world, 'user', 50, { user: world.ordinaryUser });

async function saveToServed(
  world: World,
  name: string,
  mostOver: number,
  options: SessionOptions = {},
): Promise<Section> {
  const tag = `${world.name(name)}:latest`;
  const dev = await startSession(world, name, { ...options, tag });
  const next = states();
  const sti: Saved[] = [];
  const { ms, run } = await interleave(
    {
      ms: async () => {
        await dev.quiet();
        sti.push(await dev.saveText(next()));
        return sti.at(-1)?.ms ?? Number.NaN;
      },
      run: async () => {
        await dev.quiet();
        return runUntilAnswered(world, tag);
      },
    },
    world,
  );
  await dev.stop();
  const counted = sti.slice(1);
  return {
    title: `save to served, one file, standby ready${variant(options)} (${sti[0]?.path})`,
    rows: [
      row('write to first answer', ms, { ratioTo: ['docker run', run], atMost: 0.12 }),
      row('write to first answer', ms, { over: ['assemble', counted.map((save) => save.assemble)], atMost: mostOver }),
      ...ownWords(counted),
      row('docker run: create and start until it answers', run),
    ],
  };
}

function variant({ user, builder }: SessionOptions): string {
  if (builder === 'entered') return ', an image with an entrypoint';
  return user ? ', a user without bind mounts' : '';
}

export async function secondSaves(world: World): Promise<Section> {
  const dev = await startSession(world, 'second', { standbys: 1 });
  const next = states();
  const second = async (afterEvent: 'cycle-started' | 'cycle-served') => {
    await dev.quiet();
    const first = dev.events.length;
    writePrograms(dev.source, { 'index.html': next() });
    await dev.event(afterEvent, first);
    return (await dev.saveText(next())).ms;
  };
  const { during, after, raw } = await interleave(
    {
      during: () => second('cycle-started'),
      after: () => second('cycle-served'),
      raw: async () => {
        await dev.quiet();
        return startUntilReady(world, await world.builder('site'));
      },
    },
    world,
  );
  await dev.stop();
  return {
    title: 'second save, no standby ready, write to first answer',
    rows: [
      row('while the first is being built', during, { ratioTo: ['container start', raw], atMost: 1.2 }),
      row('when the first has just been served', after, { ratioTo: ['container start', raw], atMost: 1.2 }),
      row('container start: create and start until it speaks', raw),
    ],
  };
}

export async function nodeApp(world: World): Promise<Section> {
  const image = await world.builder('node');
  const tag = `${world.name('node')}:latest`;
  const dev = await startSession(world, 'node', { builder: 'node', files: nodeSource, tag });
  const next = states();
  const sti: Saved[] = [];
  const { ms, clean, alone } = await interleave(
    {
      ms: async () => {
        await dev.quiet();
        const text = next();
        const change = () => writePrograms(dev.source, { 'version.js': `module.exports = '${text}';\n` });
        sti.push(await dev.save(change, '/', text));
        return sti.at(-1)?.ms ?? Number.NaN;
      },
      clean: async () => {
        await dev.quiet();
        const started = performance.now();
        const cleanTag = `${world.name('clean')}:latest`;
        await world.sti(['build', dev.source, image, cleanTag, '--clean']);
        return runUntilAnswered(world, cleanTag, started);
      },
      alone: async () => {
        await dev.quiet();
        return wakeUntilAnswered(world, tag);
      },
    },
    world,
  );
  await dev.stop();
  const counted = sti.slice(1);
  const together = counted.map(({ assemble }, index) => assemble + (alone[index] ?? Number.NaN));
  const reused = dev.events.filter(
    (event) => event.type === 'log' && event.text.includes('dependencies restored'),
  ).length;
  return {
    title: `Node.js application with its dependencies (${sti[0]?.path})`,
    rows: [
      row('write to first answer', ms, { ratioTo: ['build and run', clean], atMost: 0.1 }),
      row('write to first answer', ms, { over: ['assemble and the application alone', together], atMost: 60 }),
      ...ownWords(counted),
      row('saves that found no artifacts', [sti.length - reused], { unit: 'saves', atMost: 0 }),
      row('the application alone: from its first instruction until it answers', alone),
      row('sti build --clean, then docker run until it answers', clean),
    ],
  };
}
