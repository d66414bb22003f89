import { resolve } from 'node:path';
import { redactError } from '../../build/redact-event.ts';
import type { Finding } from '../../doctor/finding.ts';
import { failures, toStiError } from '../../errors.ts';
import { Secrets } from '../../protocol/secrets.ts';
import { createPaint, type Paint, wantsColour } from '../../terminal/colours.ts';
import { sanitize } from '../../terminal/sanitize.ts';
import type { RunCommand } from '../command-line/table.ts';
import { withDefaults } from '../options/table.ts';
import { reportFailure } from '../output/failure.ts';
import { createWrite } from '../output/write.ts';
import { connect } from '../wiring/engine.ts';
import { describeHost } from '../wiring/host.ts';
import { hideSecrets } from '../wiring/secrets.ts';
import { withCancellation } from '../wiring/signals.ts';

/** `sti doctor`: what is wrong with the engine and with this machine, and what to do. */
export const run: RunCommand<'doctor'> = ({ explicit }, context) =>
  withCancellation(context, async (signal) => {
    const options = withDefaults(explicit);
    const { cwd, env, stdout } = context;
    const secrets = new Secrets();
    hideSecrets(secrets, {}, env);
    try {
      const [{ examine }, host] = await Promise.all([import('../../doctor/doctor.ts'), describeHost()]);
      const findings = await examine({
        ...context,
        ...host,
        connect: () => connect(options, context, { emit: () => {}, signal, secrets }),
        loginsFrom: options.dockercfgPath && resolve(cwd, options.dockercfgPath),
        clean: options.clean,
        signal,
      });
      const shown = findings.map((finding) => redacted(finding, secrets.redact));
      const fails = shown.some(({ verdict }) => verdict === 'fail');
      const paint = createPaint(wantsColour(env, stdout));
      const text = options.json
        ? `${JSON.stringify({ ok: !fails, findings: shown })}\n`
        : shown.map((finding) => line(finding, paint)).join('');
      await createWrite(stdout)(text);
      return fails ? failures.doctor.exitCode : 0;
    } catch (thrown) {
      const error = redactError(toStiError(signal.aborted ? signal.reason : thrown), secrets.redact);
      await reportFailure(error, context, { json: false, verbose: false });
      return error.exitCode;
    }
  });

function redacted({ text, advice, ...finding }: Finding, redact: (text: string) => string): Finding {
  const clean = (words: string) => sanitize(redact(words)).replaceAll('\n', ' ');
  return { ...finding, text: clean(text), ...(advice !== undefined && { advice: clean(advice) }) };
}

/** `warn  logins        … Try: …` */
function line({ check, verdict, text, advice }: Finding, paint: Paint): string {
  const word = verdict.padEnd(4);
  const shown = verdict === 'ok' ? word : paint(verdict === 'warn' ? 'yellow' : 'red', word);
  return `${shown}  ${check.padEnd(12)}  ${text}${advice === undefined ? '' : `. Try: ${advice}`}\n`;
}
