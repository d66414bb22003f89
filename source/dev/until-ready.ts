import { timeLimit } from '../build/time-limit.ts';
import { StiError } from '../errors.ts';
import type { App } from './app.ts';
import type { Ports } from './ports.ts';

/**
 * Resolves when an application is ready. Rejects, and stops it, when it ends instead, also with 0 (a server that ends has
 * failed), when it isn't ready in time, or when `abandoned` aborts.
 */
export async function untilReady(
  app: App,
  { ports, readyTimeout }: { readonly ports: Ports; readonly readyTimeout: number },
  abandoned: AbortSignal,
): Promise<void> {
  const limit = timeLimit(readyTimeout, abandoned);
  const exited = app.ended.then(({ exitCode }) => {
    throw new StiError('app', `the application ended with exit code ${exitCode} before it was ready`, {
      lastLines: app.lastLines(),
      hint: 'Read its last lines; the run script has to stay in the foreground.',
    });
  });
  exited.catch(() => {});
  // A container that has ended has no address to ask at.
  const ready = () => ports.waitReady(app.details, limit.signal);
  try {
    await (app.details.running ? Promise.race([ready(), exited]) : exited);
  } catch (error) {
    app.stop().catch(() => {});
    if (!limit.isOver()) throw error;
    throw new StiError('app', `the application was not ready within ${readyTimeout / 1000} s`, {
      lastLines: app.lastLines(),
      hint: 'See what it waits for, or give it more time with --ready-timeout.',
    });
  } finally {
    limit.close();
  }
}
