import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { endWorkspace } from '../../../source/build/workspace/end.ts';
import type { DevEvent } from '../../../source/dev/events.ts';
import { readInputs } from '../../../source/dev/inputs/inputs.ts';
import { DevSession } from '../../../source/dev/session.ts';
import { StiError } from '../../../source/errors.ts';
import { createFakeEngine } from './engine.ts';
import { createJob, FakeSource, recordPorts, sessionOptions } from './session.ts';
import { setTimeout as sleep } from './timers-promises.ts';

/** What a person and the machine do to a session. */
export type Act =
  | { readonly act: 'save'; readonly as: 'good' | 'bad' | 'short-lived' }
  | { readonly act: 'build' | 'clean' | 'restart' | 'pause' | 'resume' }
  /** Nothing, for so many milliseconds. */
  | { readonly act: 'wait'; readonly ms: number }
  /** The builder's name stands for another image. */
  | { readonly act: 'builder' }
  /** A container that waits, or the application, ends by itself. */
  | { readonly act: 'standby dies' | 'app ends' };

const saves = fc.constantFrom('good', 'good', 'bad', 'short-lived').map((as): Act => ({ act: 'save', as }));
const waits = fc.constantFrom(100, 400, 2_000).map((ms): Act => ({ act: 'wait', ms }));
const others = fc
  .constantFrom('build', 'clean', 'restart', 'pause', 'resume', 'builder', 'standby dies', 'app ends')
  .map((act): Act => ({ act }) as const);
export const story = fc.record({
  acts: fc.array(fc.oneof(saves, waits, others), { maxLength: 10 }),
  /** Calls of the engine that fail, by their number. */
  faults: fc.uniqueArray(fc.nat(150), { maxLength: 4 }),
  transport: fc.constantFrom('upload' as const, 'bind' as const),
  /** What the builder image declares: with one, applications run from their image and not in place. */
  volumes: fc.constantFrom<readonly string[]>([], ['/data']),
});
export type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

/** A session on an engine whose every answer comes when the scheduler says so. */
export async function play(scheduler: fc.Scheduler, { acts, faults, transport, volumes }: Story) {
  const folders = { source: mkdtempSync(join(tmpdir(), 'sti-test-')), tmp: mkdtempSync(join(tmpdir(), 'sti-test-')) };
  let mostAssembling = 0;
  const happened: { readonly what: string; readonly at: number }[] = [];
  const turn = async (what: string) => {
    happened.push({ what, at: Date.now() });
    mostAssembling = Math.max(mostAssembling, engine.left().filter(({ isAssembling }) => isAssembling).length);
    await scheduler.schedule(Promise.resolve(), what);
  };
  let calls = 0;
  const engine = createFakeEngine({
    turn,
    volumes,
    scripts: {
      assembleExit: (state) => (state.startsWith('bad') ? 1 : 0),
      runExit: (state) => (state.startsWith('short-lived') ? 3 : undefined),
    },
    // What removes is tried again by nobody but the reaper.
    fails: (call) => faults.includes(calls++) && !/^(remove|list|stop)/.test(call),
  });
  const events: DevEvent[] = [];
  const emit = (event: DevEvent) => {
    happened.push({ what: event.type, at: Date.now() });
    events.push(event);
  };
  const stop = new AbortController();
  const source = new FakeSource(folders.source);
  const job = await createJob(engine, folders, emit, stop.signal, transport);
  const ports = recordPorts(turn);
  const options = sessionOptions(ports, emit);
  let state = 0;
  const save = (as: string) => {
    state += 1;
    return source.save(`${as} ${state}`);
  };
  const first = save('good');
  const opened = { tree: first, location: folders.source, fileCount: 1, bytes: 1, warnings: [] };
  const session = new DevSession(job, { ...job }, opened, readInputs(job, first), options);
  const perform = (act: Act) => {
    switch (act.act) {
      case 'save': {
        const tree = save(act.as);
        return session.saved({ tree, changes: [{ path: 'state', kind: 'changed', type: 'file' }], at: Date.now() });
      }
      case 'build':
        return session.buildNow();
      case 'clean':
        return session.buildClean();
      case 'restart':
        return session.restart();
      case 'pause':
        return session.pause(true);
      case 'resume':
        return session.pause(false);
      case 'builder':
        engine.rebuildBuilder();
        return session.imageChanged('builder');
      case 'standby dies':
        return engine
          .left()
          .find((one) => one.status === 'running' && !one.isApp && !one.isAssembling && one.state === undefined)
          ?.end(137);
      case 'app ends':
        return engine
          .left()
          .find((one) => one.isApp && one.status === 'running')
          ?.end(3);
    }
  };
  return {
    engine,
    /** Calls of the engine and events as they came. */
    happened,
    events,
    ports,
    session,
    /** The session's private folder is still there. */
    hasFolder: () => existsSync(job.workspace.folder),
    perform,
    /** Performs the story, and what comes after it, in the scheduler's time. */
    async act(...after: readonly Act[]) {
      for (const act of [...acts, ...after]) {
        await turn(JSON.stringify(act));
        if (act.act === 'wait') await sleep(act.ms);
        else perform(act);
      }
    },
    latest: () => state,
    mostAssembling: () => mostAssembling,
    async end() {
      await session.close();
      stop.abort(new StiError('bug', 'the session is over'));
      await endWorkspace(engine, job.workspace, { ok: false, engineLost: false, keepFolder: false });
    },
    removeFolders() {
      for (const folder of Object.values(folders)) rmSync(folder, { recursive: true });
    },
  };
}
export type Played = Awaited<ReturnType<typeof play>>;
