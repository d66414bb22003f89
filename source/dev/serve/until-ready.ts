import { engineLost } from '../../build/container/failures.ts';
import type { Reporter } from '../../build/reporter.ts';
import type { Engine } from '../../engine/engine.ts';
import { StiError } from '../../errors.ts';
import type { App } from '../../run/app.ts';
import { explainSilence, type Listener, parseListeners } from '../../run/listeners.ts';
import type { PortWish } from '../../run/wishes.ts';
import { timeLimit } from '../../time-limit.ts';
import type { AppPorts } from '../ports/ports.ts';

export interface ReadyTools {
  readonly engine: Pick<Engine, 'exec'>;
  readonly ports: AppPorts;
  /** Milliseconds. */
  readonly readyTimeout: number;
  /** Hears of the wait, where it is a step that people see. */
  readonly reporter?: Pick<Reporter, 'status'>;
}

/** When an application that isn't ready is looked at; milliseconds. */
const firstLookMs = 5_000;
/** How long the look may take; milliseconds. */
const lookMs = 2_000;

/**
 * Resolves when an application is ready; what of its ports doesn't open after that is a warning. Rejects, and stops it,
 * when it ends instead, also with 0 (a server that ends has failed), when it isn't ready in time, or when `abandoned`
 * aborts.
 */
export async function untilReady(app: App, tools: ReadyTools, abandoned: AbortSignal): Promise<void> {
  const { ports, readyTimeout, reporter } = tools;
  const limit = timeLimit(readyTimeout, abandoned);
  if (ports.first !== undefined) reporter?.status('run', `waiting for ${ports.first.container}`, readyTimeout);
  const exited = app.ended.then((end) => {
    if (end === null) throw engineLost('the connection to the application broke');
    throw new StiError('app', `the application ended with exit code ${end.exitCode} before it was ready`, {
      lastLines: app.lastLines(),
      hint: 'Read its last lines; the run script has to stay in the foreground.',
    });
  });
  exited.catch(() => {});
  const looking = setTimeout(() => void lookElsewhere(app, tools), firstLookMs);
  // A container that has ended has no address to ask at.
  const ready = () => ports.waitReady(app.details, limit.signal);
  try {
    await (app.details.running ? Promise.race([ready(), exited]) : exited);
    void warnOfOthers(app, tools);
  } catch (error) {
    const why = limit.isOver() ? await explain(app, tools, ports.first) : undefined;
    app.stop().catch(() => {});
    if (!limit.isOver()) throw error;
    const silence = why === undefined ? '' : `: ${why}`;
    throw new StiError('app', `the application was not ready within ${readyTimeout / 1000} s${silence}`, {
      lastLines: app.lastLines(),
      hint: 'See what it waits for, or give it more time with --ready-timeout.',
    });
  } finally {
    clearTimeout(looking);
    limit.close();
  }
}

/** Most that wait in vain wait at the wrong port, and needn't wait for the end of the time to hear so. */
async function lookElsewhere(app: App, tools: ReadyTools): Promise<void> {
  const { first } = tools.ports;
  const listeners = await readListeners(app, tools);
  if (first !== undefined && listeners !== undefined && listeners.length > 0)
    tools.ports.report(first, explainSilence(first, listeners, tools.ports.containerPorts));
}

async function warnOfOthers(app: App, tools: ReadyTools): Promise<void> {
  const limit = timeLimit(tools.readyTimeout);
  let hasEnded = false;
  void app.ended.then(() => {
    hasEnded = true;
    limit.close();
  });
  const silent = await tools.ports.silent(app.details, limit.signal);
  limit.close();
  if (hasEnded || silent.length === 0) return;
  for (const wish of silent) {
    const why = await explain(app, tools, wish);
    tools.ports.report(wish, why ?? `nothing answers on ${wish.container}`);
  }
}

async function explain(app: App, tools: ReadyTools, wish: PortWish | undefined): Promise<string | undefined> {
  const { first, containerPorts } = tools.ports;
  const listeners = await readListeners(app, tools);
  // What listens at another wanted port is in its place only when the one that is waited for is.
  return wish && listeners && explainSilence(wish, listeners, wish === first ? [] : containerPorts);
}

/** undefined: the container can't say. */
async function readListeners(app: App, { engine }: ReadyTools): Promise<readonly Listener[] | undefined> {
  const limit = timeLimit(lookMs);
  const command = ['cat', '/proc/net/tcp', '/proc/net/tcp6'];
  try {
    const { output } = await engine.exec(app.containerId, { command }, limit.signal);
    return output.includes('local_address') ? parseListeners(output) : undefined;
  } catch {
    return undefined;
  } finally {
    limit.close();
  }
}
