import type { Emit, OutputPiece } from '../../build/events.ts';
import { redactError, redacting } from '../../build/redact-event.ts';
import type { UsageRequest } from '../../build/usage.ts';
import { toStiError } from '../../errors.ts';
import { Secrets } from '../../protocol/secrets.ts';
import { wantsColour } from '../../terminal/colours.ts';
import { readArgument } from '../command-line/arguments.ts';
import type { Parsed, RunCommand } from '../command-line/table.ts';
import { imageReference } from '../options/kinds/reference.ts';
import { type OptionValues, withDefaults } from '../options/table.ts';
import { createPrinter } from '../output/attached/printer.ts';
import { isVerbose } from '../output/face.ts';
import { reportFailure } from '../output/failure.ts';
import { createLines } from '../output/lines.ts';
import { connect, describeHostEnvironment } from '../wiring/engine.ts';
import { hideSecrets } from '../wiring/secrets.ts';
import { withCancellation } from '../wiring/signals.ts';

/** `sti usage`: what the builder's script prints is the result; the steps before it are told with --verbose only. */
export const run: RunCommand<'usage'> = (parsed, context) =>
  withCancellation(context, async (signal) => {
    const secrets = new Secrets();
    const { stderr, stdout, env } = context;
    const options = withDefaults(parsed.explicit);
    const verbose = isVerbose(options);
    const colour = wantsColour(env, stderr);
    const lines = createLines({ stderr, stdout, verbose, quiet: !verbose, colour, engine: () => 'docker' });
    const emit: Emit = redacting(lines.emit, secrets.redact);
    try {
      const request = readUsageRequest(parsed, options);
      hideSecrets(secrets, request, env);
      const { showUsage } = await import('../../build/usage.ts');
      const host = await describeHostEnvironment(options, context, { emit: lines.emit, signal, secrets });
      const engine = await connect(options, context, { emit, signal, secrets });
      const print = createPrinter(context);
      const onOutput = (piece: OutputPiece) => {
        lines.close();
        return print(piece);
      };
      await showUsage(request, { ...host, engine }, onOutput).finally(engine.close);
      return 0;
    } catch (thrown) {
      lines.close();
      const error = redactError(toStiError(signal.aborted ? signal.reason : thrown), secrets.redact);
      await reportFailure(error, context, { json: false, verbose });
      return error.exitCode;
    }
  });

function readUsageRequest({ positionals: [image = ''] }: Parsed<'usage'>, options: OptionValues): UsageRequest {
  const { env, pullPolicy, scripts, assembleUser } = options;
  const builder = readArgument('IMAGE', image, imageReference, 'usage');
  return { builder, env, pullPolicy, scriptsUrl: scripts, assembleUser };
}
