import { buildOnBuild } from '../../build/on-build/stage.ts';
import type { CommittedImage } from '../image/commit.ts';
import type { State } from '../image/state.ts';
import { inSlot } from '../schedule/slots.ts';
import { type ServeOutcome, type ServeTools, startImage, switchUnless } from './serve.ts';
import { untilReady } from './until-ready.ts';

type Outcome = Extract<ServeOutcome, { end: 'served' | 'abandoned' }>;

/** The way of a save with a builder whose instructions the engine runs: no container can wait for that. */
export async function serveOnBuild(tools: ServeTools, state: State, abandoned: AbortSignal): Promise<Outcome> {
  const { job, options, image: publisher, versions } = tools;
  const tellWaiting = () => void options.emit({ type: 'cycle-waiting', at: Date.now(), cycle: state.cycle });
  let image: CommittedImage | undefined;
  try {
    const began = Date.now();
    const built = await inSlot(options.slots, abandoned, () => build(tools, state, abandoned), tellWaiting);
    const assembleMs = Date.now() - began;
    const { imageId, addedBytes } = built;
    const committed = { imageId, addedBytes, compared: undefined, began, builtIn: undefined };
    image = committed;
    const why = 'the engine runs the ONBUILD instructions of the builder';
    const app = await job.reporter.step('run', async () => {
      const started = await startImage(tools, committed);
      await untilReady(started, { ...options, ...job }, abandoned);
      return { summary: `ready · image first: ${why}`, value: started };
    });
    if (switchUnless(abandoned, job, versions, app, state.cycle))
      return { end: 'served', path: 'image first', why, image, assembleMs };
  } catch (error) {
    if (image !== undefined) void publisher.discard(image);
    if (!abandoned.aborted) throw error;
    return { end: 'abandoned' };
  }
  void publisher.discard(image);
  return { end: 'abandoned' };
}

/** Without a tag, which moves when it is served. */
function build({ job }: ServeTools, { opened, inputs }: State, abandoned: AbortSignal) {
  const signal = AbortSignal.any([job.signal, abandoned]);
  const request = { ...job.request, removePrevious: false };
  const untagged = { ...job, request, checked: { ...job.checked, tag: null }, signal };
  const known = { builder: inputs.builder, opened: Promise.resolve(opened), previous: Promise.resolve(undefined) };
  return buildOnBuild(untagged, known);
}
