import { redactError, redacting } from '../../build/redact-event.ts';
import { failures, toStiError } from '../../errors.ts';
import { formatReference } from '../../protocol/image/reference.ts';
import { Secrets } from '../../protocol/secrets.ts';
import { createPaint, wantsColour } from '../../terminal/colours.ts';
import { sanitize } from '../../terminal/sanitize.ts';
import { readArgument } from '../command-line/arguments.ts';
import type { Parsed, RunCommand } from '../command-line/table.ts';
import { type Application, withConfig } from '../config/apply.ts';
import { readLayers, trustFolder } from '../config/layers.ts';
import type { Context } from '../context.ts';
import { imageReference } from '../options/kinds/reference.ts';
import { withDefaults } from '../options/table.ts';
import { isVerbose } from '../output/face.ts';
import { reportFailure } from '../output/failure.ts';
import { createLines } from '../output/lines.ts';
import { columnsOf, createWrite } from '../output/write.ts';
import { readVerifyRequest } from '../request/verify.ts';
import { connect, describeHostEnvironment } from '../wiring/engine.ts';
import { hideSecrets } from '../wiring/secrets.ts';
import { withCancellation } from '../wiring/signals.ts';

/** `sti verify`: the differences are the result; what is being done goes to stderr. */
export const run: RunCommand<'verify'> = (parsed, context) =>
  withCancellation(context, async (signal) => {
    const secrets = new Secrets();
    const { stderr, stdout, env } = context;
    const verbose = isVerbose(withDefaults(parsed.explicit));
    const colour = wantsColour(env, stderr);
    const lines = createLines({ stderr, stdout, verbose, quiet: !verbose, colour, engine: () => 'docker' });
    const emit = redacting(lines.emit, secrets.redact);
    const tell = createWrite(stderr);
    try {
      const applications = await readApplications(parsed, context);
      const { request, warnings } = await readVerifyRequest(applications, context.cwd);
      for (const build of request.builds) hideSecrets(secrets, build, env);
      for (const message of warnings) await emit({ type: 'warning', at: Date.now(), message });
      const [{ options }] = applications;
      const [{ verify }, { reportJson, reportLines }, { narrowest, sideBySide }] = await Promise.all([
        import('../../verify/verify.ts'),
        import('../../verify/report.ts'),
        import('../../verify/side-by-side.ts'),
      ]);
      const host = await describeHostEnvironment(options, context, { emit: lines.emit, signal, secrets });
      const engine = await connect(options, context, { emit, signal, secrets });
      const progress = (text: string): void => void tell(`${sanitize(secrets.redact(text))}\n`);
      const verdict = await verify(request, { ...host, engine }, progress).finally(engine.close);
      const [a, b] = request.builds.map(({ builder }) => formatReference(builder));
      const builders = [a ?? '', b ?? ''] as const;
      const columns = stdout.isTTY === true ? (columnsOf(stdout) ?? 0) : 0;
      const paint = createPaint(wantsColour(env, stdout));
      const forPeople =
        columns < narrowest ? reportLines(verdict, builders) : sideBySide(verdict, builders, { columns, paint });
      const report = options.json ? [reportJson(verdict, builders)] : forPeople;
      await createWrite(stdout)(`${secrets.redact(report.join('\n'))}\n`);
      return verdict.differences.length === 0 ? 0 : failures.difference.exitCode;
    } catch (thrown) {
      lines.close();
      const error = redactError(toStiError(signal.aborted ? signal.reason : thrown), secrets.redact);
      await reportFailure(error, context, { json: false, verbose });
      return error.exitCode;
    }
  });

/** The same application, by each of the two builders. */
async function readApplications(
  parsed: Parsed<'verify'>,
  context: Context,
): Promise<readonly [Application, Application]> {
  const [source = '', imageA = '', imageB = ''] = parsed.positionals;
  readArgument('IMAGE_A', imageA, imageReference, 'verify');
  readArgument('IMAGE_B', imageB, imageReference, 'verify');
  if (parsed.explicit.trust) await trustFolder(source, context);
  const layers = await readLayers(source, context);
  const by = (image: string) => withConfig({ ...parsed, positionals: [source, image] }, layers);
  return [by(imageA), by(imageB)];
}
