import type { DevOptions } from '../dev/dev.ts';
import type { DevEmit } from '../dev/events.ts';
import type { PortWish } from '../dev/ports.ts';
import { StiError, toStiError } from '../errors.ts';
import { wantsColour } from './ansi.ts';
import { given, readBuildRequest } from './build-request.ts';
import { optionSwitch, optionValue, optionValues, type ParsedOptions, type RunCommand } from './command.ts';
import { createDevLines } from './dev-lines.ts';
import { parseDuration } from './duration.ts';
import { createJson } from './json.ts';
import { createLines } from './lines.ts';
import { longName, type OptionName } from './options.ts';
import { reportFailure } from './report.ts';
import { createSecrets } from './secrets.ts';
import { withCancellation } from './signals.ts';
import { connect, describeWorld } from './world.ts';

/** `sti dev`: ends with 0 on Ctrl-C, which is how it's meant to end. */
export const run: RunCommand = (parsed, context) =>
  withCancellation(context, async (signal) => {
    const { redact, hide } = createSecrets();
    const { stderr, stdout, env } = context;
    const verbose = optionSwitch(parsed.options, 'verbose') === true;
    const isJson = optionValue(parsed.options, 'progress') === 'json';
    const colour = wantsColour(env, stderr);
    const lines = createLines({ stderr, stdout, verbose, quiet: false, colour, redact, engine: () => 'docker' });
    const emit: DevEmit = isJson ? createJson(stdout, redact) : createDevLines(lines);
    let failure: StiError | undefined;
    let failed = false;
    try {
      const { request, warnings } = await readBuildRequest(parsed, context.cwd);
      hide([...request.envFile, ...request.env]);
      for (const message of warnings) await emit({ type: 'warning', at: Date.now(), message });
      const options = readDevOptions(parsed.options);
      const warn = { emit, signal };
      const world = await describeWorld(parsed.options, context, warn);
      const { dev } = await import('../dev/dev.ts');
      const watched: DevEmit = (event) => {
        if (event.type === 'cycle-failed') failed = true;
        return emit(event);
      };
      const outcome = await dev(request, options, world, watched, () => connect(parsed.options, context, warn));
      if (!outcome.ok) failure = outcome.error;
      else if (options.once && failed) failure = new StiError('app', 'the application could not be built and started');
    } catch (thrown) {
      failure = toStiError(thrown);
    }
    lines.close();
    if (failure === undefined) return 0;
    await reportFailure(failure, context, { json: isJson, verbose, redact });
    return failure.exitCode;
  });

function readDevOptions(options: ParsedOptions): DevOptions {
  const debounce = optionValue(options, 'debounce');
  return {
    standbys: readCount(options, 'standbys', 2),
    quietTime: readTime(options, 'quietTime', 1_000),
    switchTimeout: readTime(options, 'switchTimeout', 10_000),
    readyTimeout: readTime(options, 'readyTimeout', 60_000),
    ...(debounce !== undefined && { debounce: readTime(options, 'debounce', 0) }),
    poll: optionSwitch(options, 'poll') === true,
    host: optionValue(options, 'host') ?? '127.0.0.1',
    ports: optionValues(options, 'port').map(readPort),
    ...given('readyPath', optionValue(options, 'readyPath')),
    once: optionSwitch(options, 'once') === true,
  };
}

/** `8080`, or `HOST:CONTAINER`. */
function readPort(text: string): PortWish {
  const match = /^(?:(\d+):)?(\d+)$/.exec(text);
  const container = Number(match?.[2]);
  const host = Number(match?.[1] ?? match?.[2]);
  if (match !== null && isPort(container) && isPort(host)) return { container, host, asked: true };
  throw new StiError('usage', `--port can't be ${text}: it is not a port, nor HOST:CONTAINER`, {
    hint: 'Write it as --port 3000:8080, the port of this machine first.',
  });
}

function isPort(port: number): boolean {
  return port > 0 && port < 65_536;
}

function readTime(options: ParsedOptions, name: OptionName, fallback: number): number {
  const text = optionValue(options, name);
  if (text === undefined) return fallback;
  const time = parseDuration(text);
  if (time !== undefined) return time;
  throw new StiError('usage', `${longName(name)} can't be ${text}: it is not a time`, {
    hint: 'Write it as 50ms or 2s.',
  });
}

function readCount(options: ParsedOptions, name: OptionName, fallback: number): number {
  const text = optionValue(options, name);
  if (text === undefined) return fallback;
  if (/^[1-9]$/.test(text)) return Number(text);
  throw new StiError('usage', `${longName(name)} can't be ${text}: it is not a number from 1 to 9`);
}
