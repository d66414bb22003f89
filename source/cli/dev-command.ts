import { availableParallelism } from 'node:os';
import { basename, resolve } from 'node:path';
import type { DevRequest } from '../dev/dev.ts';
import type { DevEmit } from '../dev/events.ts';
import type { Slots } from '../dev/slots.ts';
import { type FailureCode, StiError, toStiError } from '../errors.ts';
import { readBuildRequest } from './build-request.ts';
import { chooseDashboard } from './choose-dashboard.ts';
import { optionSwitch, optionValue, type ParsedCommand, type RunCommand } from './command.ts';
import { readConfigured } from './config/apply.ts';
import { configPath } from './config/read.ts';
import type { Context } from './context.ts';
import { type DevCommandFace, dashboardFace, lineFace } from './dev-face.ts';
import { readDevOptions, readJobs, readLogBytes } from './dev-options.ts';
import { createSecrets, type Secrets } from './secrets.ts';
import { namesOf, readApplications, withNamedOutput } from './several.ts';
import { withCancellation } from './signals.ts';
import { connect, describeWorld } from './world.ts';

/** One application: its command line with what its configuration file adds, which may be another each time. */
interface Application {
  readonly name: string;
  readonly read: () => Promise<ParsedCommand>;
}

/**
 * `sti dev`, of one folder or of several in this one process: ends with 0 on Ctrl-C, which is how it's meant to end.
 * When one of several ends with a failure the others go on; its exit code is that of the first failure.
 */
export const run: RunCommand = async (parsed, context) => {
  const jobs = readJobs(parsed.options);
  const several = await readApplications(parsed, context.cwd);
  const applications = several.length > 0 ? named(several, parsed, context) : [await single(parsed, context)];
  const limit = several.length > 0 ? (jobs ?? Math.max(1, availableParallelism() >> 1)) : jobs;
  const slots = limit === undefined ? undefined : new (await import('../dev/slots.ts')).Slots(limit);
  return withCancellation(context, async (cancelled) => {
    const ended: (StiError | undefined)[] = [];
    const secrets = createSecrets();
    const names = applications.map(({ name }) => name);
    const logBytes = readLogBytes(parsed.options);
    const dashboard =
      optionSwitch(parsed.options, 'once') === true
        ? undefined
        : await chooseDashboard(parsed, context, { title: 'sti dev', names, redact: secrets.redact, logBytes });
    if (dashboard === undefined) {
      const [only] = applications;
      if (several.length === 0 && only !== undefined) {
        const face = lineFace((await only.read()).options, context, secrets);
        ended.push(await develop(only, context, { signal: cancelled, slots, secrets, face }));
      } else {
        await withNamedOutput(several, context, async (application, output) => {
          const mine = applications[several.indexOf(application)];
          const face = lineFace(application.options, output, secrets);
          if (mine !== undefined) ended.push(await develop(mine, output, { signal: cancelled, slots, secrets, face }));
        });
      }
    } else {
      const signal = AbortSignal.any([cancelled, dashboard.signal]);
      const what = several.length === 0 ? 'the application is' : 'the applications are';
      signal.addEventListener('abort', () => dashboard.announceEnd(`${what} being stopped`));
      const faces = dashboard.apps.map(dashboardFace);
      await Promise.all(
        applications.map(async (application, index) => {
          const face = faces[index] ?? lineFace(parsed.options, context, secrets);
          ended.push(await develop(application, context, { signal, slots, secrets, face }));
        }),
      );
      dashboard.close();
      const tellEnd = async (index: number, output: Context): Promise<void> =>
        faces[index]?.tellEnd(lineFace(parsed.options, output, secrets));
      if (several.length === 0) await tellEnd(0, context);
      else
        await withNamedOutput(several, context, (application, output) => tellEnd(several.indexOf(application), output));
      if (dashboard.failure !== undefined && !ended.includes(dashboard.failure)) throw dashboard.failure;
    }
    return ended.find((failure) => failure !== undefined)?.exitCode ?? exitCodeOf(cancelled);
  });
};

/** Ctrl-C is the way in which a loop is meant to end; any other signal cancels it. */
function exitCodeOf({ aborted, reason }: AbortSignal): number {
  if (!aborted || !(reason instanceof StiError)) return 0;
  return reason.exitCode === StiError.cancelled('SIGINT').exitCode ? 0 : reason.exitCode;
}

async function single(parsed: ParsedCommand, context: Context): Promise<Application> {
  const read = () => readConfigured(parsed, context.cwd);
  const [source = '.', , tag] = (await read()).positionals;
  return { name: tag ?? basename(resolve(context.cwd, source)), read };
}

function named(several: readonly ParsedCommand[], parsed: ParsedCommand, context: Context): Application[] {
  const names = namesOf(several.map(({ positionals: [source = ''] }) => resolve(context.cwd, source)));
  return several.map((application, index) => ({
    name: names[index] ?? '',
    read: async () => (await readApplications(parsed, context.cwd))[index] ?? application,
  }));
}

interface Development {
  readonly signal: AbortSignal;
  readonly slots: Slots | undefined;
  readonly secrets: Secrets;
  readonly face: DevCommandFace;
}

/** Resolves to why it ended, when that wasn't asked for; the face has told it. */
async function develop(
  { read }: Application,
  context: Context,
  { signal, slots, secrets, face }: Development,
): Promise<StiError | undefined> {
  let failed: FailureCode | undefined;
  const emit: DevEmit = (event) => {
    if (event.type === 'cycle-failed' && event.code !== 'cancelled') failed = event.code;
    return face.emit(event);
  };
  const readRequest = async (): Promise<DevRequest> => {
    const parsed = await read();
    const { request, warnings } = await readBuildRequest(parsed, context.cwd);
    secrets.hide([...request.envFile, ...request.env]);
    for (const message of warnings) await emit({ type: 'warning', at: Date.now(), message });
    const options = { ...readDevOptions(parsed.options), ...(slots && { slots }) };
    return { request, options, files: filesOf(parsed, context.cwd) };
  };
  let failure: StiError | undefined;
  try {
    const { options } = await read();
    const world = await describeWorld(options, context, { emit, signal });
    const { dev } = await import('../dev/dev.ts');
    const connectTo = (address?: string) => connect(options, context, { emit, signal }, address);
    const outcome = await dev({ connect: connectTo, read: readRequest }, world, { ...face, emit });
    if (!outcome.ok) failure = outcome.error;
    else if (failed !== undefined && optionSwitch(options, 'once') === true) {
      failure = new StiError(failed, 'the application could not be built and started');
    }
  } catch (thrown) {
    failure = toStiError(thrown);
  }
  await face.close(failure);
  return failure;
}

/** What is read for an application besides its source: the configuration, the environment file, scripts of this machine. */
function filesOf({ positionals: [source = '.'], options }: ParsedCommand, cwd: string): string[] {
  const envFile = optionValue(options, 'envFile');
  const [, scripts] = /^file:\/\/(.+)$/i.exec(optionValue(options, 'scripts') ?? '') ?? [];
  const names = scripts === undefined ? [] : ['assemble', 'run', 'save-artifacts'];
  return [
    resolve(cwd, source, configPath),
    ...(envFile === undefined ? [] : [resolve(cwd, envFile)]),
    ...names.map((name) => resolve(cwd, decodeURIComponent(scripts ?? ''), name)),
  ];
}
