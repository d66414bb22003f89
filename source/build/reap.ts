import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from '../engine/engine.ts';
import { removeFolder } from './session.ts';
import { commitComment, machineHash, parseSessionId } from './session-id.ts';

/** Removes what one session has on the engine. Resolves to how many things there were. */
export async function removeSessionObjects(engine: Engine, session: string): Promise<number> {
  const containers = await engine.listContainers({ namePrefix: `${session}-` });
  await Promise.all(containers.map((container) => engine.removeContainer(container.id)));
  const comment = commitComment(session);
  const images = (await engine.danglingImages()).filter((image) => image.comment === comment);
  await Promise.all(images.map((image) => engine.removeImage(image.id)));
  return containers.length + images.length;
}

/** How long the reaper goes on, in milliseconds: the engine may be away, or still be at a commit that nobody awaits. */
const patience = { afterCommit: 60_000, otherwise: 20_000 };
const pause = 400;
/** This many looks in a row that find nothing end the work, when no commit was under way. */
const emptyLooks = 5;

/**
 * What the reaper does after its sti has died or left things behind: ends containers (those alive end by themselves,
 * since their stdin has closed), removes the image of a commit that finished too late, and the working folder last, so
 * that its presence tells a later sti that there may be more to do.
 */
export async function reap(
  connect: () => Promise<Engine>,
  job: { readonly session: string; readonly folder: string; readonly commitStarted: boolean },
): Promise<void> {
  const until = Date.now() + (job.commitStarted ? patience.afterCommit : patience.otherwise);
  let engine: Engine | undefined;
  let empty = 0;
  while (Date.now() < until && empty < emptyLooks) {
    try {
      engine ??= await connect();
      const found = await removeSessionObjects(engine, job.session);
      if (found === 0 && !job.commitStarted) empty += 1;
      if (found === 0) await removeFolder(job.folder);
    } catch {
      engine?.close();
      engine = undefined;
    }
    await sleep(pause);
  }
  engine?.close();
  if (empty === emptyLooks || job.commitStarted) await removeFolder(job.folder);
}

/**
 * Removes what dead sessions of this machine left behind: their folders tell which sessions there were. Never touches a
 * session whose process lives, nor another machine's.
 */
export async function sweepDeadSessions(
  engine: Engine,
  options: {
    readonly tmpDir: string;
    readonly identity: string;
    readonly isAlive: (pid: number) => boolean;
  },
): Promise<void> {
  const machine = machineHash(options.identity);
  for (const name of await readdir(options.tmpDir)) {
    const id = parseSessionId(name);
    if (id === undefined || id.machine !== machine || options.isAlive(id.pid)) continue;
    await removeSessionObjects(engine, name);
    await removeFolder(join(options.tmpDir, name));
  }
}
