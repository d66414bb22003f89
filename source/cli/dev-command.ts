import { availableParallelism } from 'node:os';
import type { DevRequest } from '../dev/dev.ts';
import type { DevEmit } from '../dev/events.ts';
import type { Slots } from '../dev/slots.ts';
import { StiError, toStiError } from '../errors.ts';
import { wantsColour } from './ansi.ts';
import { readBuildRequest } from './build-request.ts';
import { optionSwitch, optionValue, type ParsedCommand, type RunCommand } from './command.ts';
import { readConfigured } from './config/apply.ts';
import type { Context } from './context.ts';
import { createDevLines } from './dev-lines.ts';
import { readDevOptions, readJobs } from './dev-options.ts';
import { createJson } from './json.ts';
import { createLines } from './lines.ts';
import { reportFailure } from './report.ts';
import { createSecrets } from './secrets.ts';
import { readApplications, withNamedOutput } from './several.ts';
import { withCancellation } from './signals.ts';
import { connect, describeWorld } from './world.ts';

/**
 * `sti dev`, of one folder or of several in this one process: ends with 0 on Ctrl-C, which is how it's meant to end.
 * When one of several ends with a failure the others go on; its exit code is that of the first failure.
 */
export const run: RunCommand = async (parsed, context) => {
  const jobs = readJobs(parsed.options);
  const applications = await readApplications(parsed, context.cwd);
  if (applications.length === 0) {
    const read = () => readConfigured(parsed, context.cwd);
    return withCancellation(context, async (signal) => runOne(read, context, signal, await slots(jobs)));
  }
  const shared = await slots(jobs ?? Math.max(1, availableParallelism() >> 1));
  return withCancellation(context, async (signal) => {
    let firstFailure = 0;
    await withNamedOutput(applications, context, async (application, output) => {
      const index = applications.indexOf(application);
      const read = async () => (await readApplications(parsed, context.cwd))[index] ?? application;
      const exitCode = await runOne(read, output, signal, shared);
      firstFailure ||= exitCode;
    });
    return firstFailure;
  });
};

async function slots(count: number | undefined): Promise<Slots | undefined> {
  if (count === undefined) return undefined;
  const { Slots } = await import('../dev/slots.ts');
  return new Slots(count);
}

/** @param read the command line with what the configuration file adds, which may be another each time */
async function runOne(
  read: () => Promise<ParsedCommand>,
  context: Context,
  signal: AbortSignal,
  slots: Slots | undefined,
): Promise<number> {
  const parsed = await read();
  const { redact, hide } = createSecrets();
  const { stderr, stdout, env } = context;
  const verbose = optionSwitch(parsed.options, 'verbose') === true;
  const isJson = optionValue(parsed.options, 'progress') === 'json';
  const colour = wantsColour(env, stderr);
  const lines = createLines({ stderr, stdout, verbose, quiet: false, colour, redact, engine: () => 'docker' });
  const told: DevEmit = isJson ? createJson(stdout, redact) : createDevLines(lines);
  const once = optionSwitch(parsed.options, 'once') === true;
  let failed = false;
  const emit: DevEmit = (event) => {
    if (event.type === 'cycle-failed') failed = true;
    return told(event);
  };
  const readRequest = async (): Promise<DevRequest> => {
    const { options, ...words } = await read();
    const { request, warnings } = await readBuildRequest({ options, ...words }, context.cwd);
    hide([...request.envFile, ...request.env]);
    for (const message of warnings) await emit({ type: 'warning', at: Date.now(), message });
    return { request, options: { ...readDevOptions(options), ...(slots && { slots }) } };
  };
  let failure: StiError | undefined;
  try {
    const world = await describeWorld(parsed.options, context, { emit, signal });
    const { dev } = await import('../dev/dev.ts');
    const connectTo = (address?: string) => connect(parsed.options, context, { emit, signal }, address);
    const outcome = await dev({ connect: connectTo, read: readRequest }, world, { emit });
    if (!outcome.ok) failure = outcome.error;
    else if (once && failed) failure = new StiError('app', 'the application could not be built and started');
  } catch (thrown) {
    failure = toStiError(thrown);
  }
  lines.close();
  if (failure === undefined) return 0;
  await reportFailure(failure, context, { json: isJson, verbose, redact });
  return failure.exitCode;
}
