import { StringDecoder } from 'node:string_decoder';
import type { OutputSink } from '../build/standby.ts';
import type { UsageRequest } from '../build/usage.ts';
import { toStiError } from '../errors.ts';
import { parseImageReference } from '../protocol/image-reference.ts';
import { wantsColour } from './ansi.ts';
import { given, readEnvironment, readPullPolicy } from './build-request.ts';
import { optionSwitch, optionValue, type ParsedCommand, type RunCommand } from './command.ts';
import type { Context, Output } from './context.ts';
import { createLines } from './lines.ts';
import { createWrite } from './output.ts';
import { reportFailure } from './report.ts';
import { createSecrets } from './secrets.ts';
import { withCancellation } from './signals.ts';
import { createTerminalFilter } from './terminal-text.ts';
import { connect, describeWorld } from './world.ts';

/** `sti usage`: what the builder's script prints is the result; the steps before it are told with --verbose only. */
export const run: RunCommand = (parsed, context) =>
  withCancellation(context, async (signal) => {
    const { redact, hide } = createSecrets();
    const { stderr, stdout, env } = context;
    const verbose = optionSwitch(parsed.options, 'verbose') === true;
    const colour = wantsColour(env, stderr);
    const lines = createLines({ stderr, stdout, verbose, quiet: !verbose, colour, redact, engine: () => 'docker' });
    const { emit } = lines;
    try {
      const request = readUsageRequest(parsed);
      hide(request.env);
      const { showUsage } = await import('./works.ts');
      const world = await describeWorld(parsed.options, context, { emit, signal });
      const engine = await connect(parsed.options, context, { emit, signal });
      await showUsage(request, { ...world, engine }, scriptPrinter(context, lines.close)).finally(engine.close);
      return 0;
    } catch (thrown) {
      lines.close();
      const error = toStiError(signal.aborted ? signal.reason : thrown);
      await reportFailure(error, context, { json: false, verbose, redact });
      return error.exitCode;
    }
  });

function readUsageRequest({ positionals, options }: ParsedCommand): UsageRequest {
  const [builder = ''] = positionals;
  parseImageReference(builder);
  return {
    builder,
    env: readEnvironment(options),
    pullPolicy: readPullPolicy(options),
    ...given('scriptsUrl', optionValue(options, 'scripts')),
    ...given('assembleUser', optionValue(options, 'assembleUser')),
  };
}

/** Writes what a script prints to sti's own stdout and stderr, as it is but for control sequences. */
function scriptPrinter({ stdout, stderr, env }: Context, makeRoom: () => void): OutputSink {
  const sinkFor = (output: Output) => {
    const decoder = new StringDecoder('utf8');
    const write = createWrite(output);
    const filter = createTerminalFilter(wantsColour(env, output));
    return (bytes: Uint8Array) => write(filter(decoder.write(Buffer.from(bytes))));
  };
  const sinks = { stdout: sinkFor(stdout), stderr: sinkFor(stderr) };
  return (stream, bytes) => {
    makeRoom();
    return sinks[stream](bytes);
  };
}
