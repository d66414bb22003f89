import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { writePrograms } from '../../../test/support/write-files.ts';
import { runUntilAnswered, wakeUntilAnswered } from '../raw.ts';
import { interleave, type Row, row } from '../report.ts';
import { type Saved, type Session, startSession } from '../session.ts';
import { type Case, change } from './case.ts';
import { dockerBuild } from './images.ts';

interface Loop {
  readonly name: string;
  readonly args: readonly string[];
  readonly atMost?: number;
}

const served: Loop = { name: 'as sti dev serves it', args: [], atMost: 0.1 };
const assembled: Loop = { name: 'not learned (--no-sync)', args: ['--no-sync'] };
const reloaded: Loop = { name: 'reloaded (--reload)', args: ['--reload'] };

/** Loops side by side, and the same by a Dockerfile. */
export async function saveRows(one: Case): Promise<Row[]> {
  const { world, context, sample } = one;
  const loops: (readonly [Loop, Session & { readonly tag: string }])[] = [];
  for (const loop of [served, assembled, ...(sample.reloads ? [reloaded] : [])]) {
    loops.push([loop, await start(one, loop)]);
  }
  const quiet = async () => {
    for (const [loop, dev] of loops) await dev.quiet(waiting(one, loop));
  };
  const contestants: Record<string, () => Promise<number>> = {};
  const ways = new Map<string, Set<string>>();
  for (const [{ name }, dev] of loops) {
    ways.set(name, new Set());
    contestants[name] = async () => {
      await quiet();
      const { ms, path } = await save(one, dev);
      ways.get(name)?.add(path.replace(/:.*/, ''));
      return ms;
    };
  }
  const tag = `${world.name('docker')}:latest`;
  contestants['docker'] = async () => {
    await quiet();
    change(one, context);
    const started = performance.now();
    await world.replacing(tag, () => dockerBuild(world, context, tag));
    return runUntilAnswered(world, tag, started);
  };
  contestants['alone'] = async () => {
    await quiet();
    return wakeUntilAnswered(world, loops[0]?.[1].tag ?? '');
  };
  const { docker = [], alone = [], ...taken } = await interleave(contestants, world);
  for (const [, dev] of loops) await dev.stop();
  return [
    ...loops.map(([{ name, atMost }]) =>
      row(`save to served, ${name}: ${[...(ways.get(name) ?? [])].join(', ')}`, taken[name] ?? [], {
        ratioTo: ['docker', docker],
        ...(!sample.compiles && atMost !== undefined && { atMost }),
      }),
    ),
    row('docker build after a save, and docker run until it answers', docker),
    row('the application alone: in a waiting container until it answers', alone),
  ];
}

/** How many containers of the last image wait for saves that are only copied. */
function waiting({ sample }: Case, loop: Loop): number {
  return sample.learns && loop !== assembled ? 1 : 0;
}

/** Serving, and with what its saves need learned. */
async function start(one: Case, loop: Loop): Promise<Session & { readonly tag: string }> {
  const { world, name, app, builder } = one;
  const source = join(world.stage(), 'app');
  cpSync(app, source, { recursive: true });
  const tag = `${world.name(`${name}-loop`)}:latest`;
  const session = await startSession(world, name, {
    ...{ stack: { image: builder, source }, args: loop.args, tag },
    breaks: loop === reloaded,
  });
  const dev = { ...session, tag };
  if (waiting(one, loop) === 0) return dev;
  await dev.event('image-compared');
  await save(one, dev);
  await dev.event('learned');
  return dev;
}

function save({ next, sample }: Case, dev: Session): Promise<Saved> {
  const text = next();
  return dev.save(() => writePrograms(dev.source, sample.save(text)), '/', text);
}
