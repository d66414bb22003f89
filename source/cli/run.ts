import { toStiError } from '../errors.ts';
import { commands } from './commands.ts';
import type { Context } from './context.ts';
import { parse } from './parse.ts';
import { reapWord } from './reap-word.ts';

/**
 * The whole of sti: runs one command line.
 * @param argv the words after `sti`
 * @returns the exit code; a failure has been reported
 */
export async function run(argv: readonly string[], context: Context): Promise<number> {
  try {
    if (argv[0] === reapWord) {
      const { reapCommand } = await import('./reap-command.ts');
      return await reapCommand(argv.slice(1), context);
    }
    const parsed = parse(argv, commands);
    const command = await parsed.command.load();
    return await command.run(parsed, context);
  } catch (thrown) {
    const error = toStiError(thrown);
    const [{ reportFailure }, { redactText }] = await Promise.all([
      import('./report.ts'),
      import('../protocol/redact.ts'),
    ]);
    // The command line may be what is wrong, so these two are looked for among its bare words.
    const json = / --progress[= ]json /.test(` ${argv.join(' ')} `);
    await reportFailure(error, context, { json, verbose: argv.includes('--verbose'), redact: redactText });
    return error.exitCode;
  }
}
