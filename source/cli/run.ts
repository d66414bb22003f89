import { toStiError } from '../errors.ts';
import { hasCode } from '../tree/file-errors.ts';
import { parse } from './command-line/parse.ts';
import { load } from './commands/load.ts';
import { reapWord } from './commands/reap-word.ts';
import type { Context } from './context.ts';

/**
 * The whole of sti: runs one command line.
 * @param argv the words after `sti`
 * @returns the exit code; a failure has been reported
 */
export async function run(argv: readonly string[], context: Context): Promise<number> {
  try {
    if (argv[0] === reapWord) {
      const { reapCommand } = await import('./commands/reap.ts');
      return await reapCommand(argv.slice(1), context);
    }
    const parsed = parse(argv);
    const command = await load[parsed.command]();
    const exitCode = await command.run(parsed, context);
    // Whoever stops reading a help text has seen enough of it.
    const isOnlyText = ['help', 'version'].includes(parsed.command);
    const lost = exitCode === 0 ? await context.lostOutput() : undefined;
    if (isOnlyText && lost !== undefined && hasCode(lost.cause, 'EPIPE')) return exitCode;
    if (lost !== undefined) throw lost;
    return exitCode;
  } catch (thrown) {
    const error = toStiError(thrown);
    const [{ reportFailure }, { redactError }, { redactText }] = await Promise.all([
      import('./output/failure.ts'),
      import('../build/redact-event.ts'),
      import('../protocol/redact.ts'),
    ]);
    // The command line may be what is wrong, so these two are looked for among its bare words.
    const json = / --progress[= ]json /.test(` ${argv.join(' ')} `);
    await reportFailure(redactError(error, redactText), context, { json, verbose: argv.includes('--verbose') });
    return error.exitCode;
  }
}
