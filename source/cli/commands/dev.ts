import { availableParallelism } from 'node:os';
import { redactError } from '../../build/redact-event.ts';
import type { DevEmit } from '../../dev/events.ts';
import type { Slots } from '../../dev/schedule/slots.ts';
import { type FailureCode, StiError, toStiError } from '../../errors.ts';
import { Secrets } from '../../protocol/secrets.ts';
import { sanitize } from '../../terminal/sanitize.ts';
import type { Parsed, RunCommand } from '../command-line/table.ts';
import { trustFolder } from '../config/layers.ts';
import type { Context } from '../context.ts';
import { type App, appFolders, appsOf, withNamedOutput } from '../dashboard/apps.ts';
import { chooseDashboard } from '../dashboard/choose.ts';
import { withDefaults } from '../options/table.ts';
import { type DevCommandFace, dashboardFace, lineFace } from '../output/dev-face.ts';
import { createWrite } from '../output/write.ts';
import { developApplication } from '../wiring/dev.ts';
import { withCancellation } from '../wiring/signals.ts';

/**
 * `sti dev`, of one folder or of several in this one process: ends with 0 on Ctrl-C, which is how it's meant to end.
 * When one of several ends with a failure the others go on; its exit code is that of the first failure.
 */
export const run: RunCommand<'dev'> = async (parsed, context) => {
  if (parsed.explicit.trust) await trustFolders(parsed, context);
  const { apps, several } = await appsOf(parsed, context);
  const [only] = apps;
  const options = several || only === undefined ? withDefaults(parsed.explicit) : (await only.read()).options;
  const limit = options.jobs ?? (several ? Math.max(1, availableParallelism() >> 1) : undefined);
  const slots = limit === undefined ? undefined : new (await import('../../dev/schedule/slots.ts')).Slots(limit);
  return withCancellation(context, async (cancelled) => {
    if (options.explain !== undefined && only !== undefined) {
      const { explainFile } = await import('../wiring/explain.ts');
      const lines = await explainFile(await only.read(), options.explain, context, cancelled);
      // Paths of images, and those that are asked for, may have anything in them.
      const text = lines.map((line) => `${sanitize(line).replaceAll('\n', ' ')}\n`).join('');
      await createWrite(context.stdout)(text);
      return 0;
    }
    const ended: (StiError | undefined)[] = [];
    const secrets = new Secrets();
    const names = apps.map(({ name }) => name);
    const dashboard = options.once ? undefined : await chooseDashboard(options, context, { title: 'sti dev', names });
    if (dashboard === undefined) {
      const inLines = async (app: App, output: Context): Promise<void> => {
        const face = lineFace((await app.read()).options, output);
        ended.push(await develop(app, output, { signal: cancelled, slots, secrets, face }));
      };
      if (several) await withNamedOutput(apps, context, inLines);
      else if (only !== undefined) await inLines(only, context);
    } else {
      const signal = AbortSignal.any([cancelled, dashboard.signal]);
      const what = several ? 'the applications are' : 'the application is';
      signal.addEventListener('abort', () => dashboard.announceEnd(`${what} being stopped`));
      const faces = dashboard.apps.map((app) => dashboardFace(app, { several, announceEnd: dashboard.announceEnd }));
      await Promise.all(
        apps.map(async (app, index) => {
          const face = faces[index] ?? lineFace(options, context);
          ended.push(await develop(app, context, { signal, slots, secrets, face }));
        }),
      );
      dashboard.close();
      const tellEnd = async (app: App, output: Context): Promise<void> =>
        faces[apps.indexOf(app)]?.tellEnd(lineFace(options, output));
      if (several) await withNamedOutput(apps, context, tellEnd);
      else if (only !== undefined) await tellEnd(only, context);
      if (dashboard.failure !== undefined && !ended.includes(dashboard.failure)) throw dashboard.failure;
    }
    const { reason } = cancelled;
    if (reason instanceof StiError && reason.code !== 'cancelled') throw redactError(reason, secrets.redact);
    return ended.find((failure) => failure !== undefined)?.exitCode ?? exitCodeOf(cancelled);
  });
};

/** Ctrl-C is the way in which a loop is meant to end; any other signal cancels it. */
function exitCodeOf({ aborted, reason }: AbortSignal): number {
  if (!aborted || !(reason instanceof StiError)) return 0;
  if (reason.code === 'bug') throw reason;
  return reason.exitCode === StiError.cancelled('SIGINT').exitCode ? 0 : reason.exitCode;
}

/** What is saved while sti runs is trusted no more than before, so this isn't done again. */
async function trustFolders(parsed: Parsed<'dev'>, context: Context): Promise<void> {
  const several = await appFolders(parsed, context);
  const folders = several.length > 0 ? several : [parsed.positionals[0] ?? '.'];
  await Promise.all(folders.map((folder) => trustFolder(folder, context)));
}

interface Development {
  readonly signal: AbortSignal;
  readonly slots: Slots | undefined;
  readonly secrets: Secrets;
  readonly face: DevCommandFace;
}

/** Resolves to why it ended, when that wasn't asked for; the face has told it. */
async function develop(app: App, context: Context, development: Development): Promise<StiError | undefined> {
  const { face, signal } = development;
  for (;;) {
    const failure = await tryToDevelop(app, context, development);
    if (failure !== undefined && (await face.mayTryAgain?.(failure, signal))) continue;
    await face.close(failure);
    return failure;
  }
}

async function tryToDevelop(
  { read }: App,
  context: Context,
  { signal, slots, secrets, face }: Development,
): Promise<StiError | undefined> {
  let failed: FailureCode | undefined;
  const emit: DevEmit = (event) => {
    if (event.type === 'cycle-failed' && event.code !== 'cancelled') failed = event.code;
    return face.emit(event);
  };
  try {
    const { options } = await read();
    const outcome = await developApplication(read, context, { ...face, emit, signal, slots, secrets });
    if (!outcome.ok) return outcome.error;
    return failed !== undefined && options.once
      ? new StiError(failed, 'the application could not be built and started')
      : undefined;
  } catch (thrown) {
    return redactError(toStiError(thrown), secrets.redact);
  }
}
