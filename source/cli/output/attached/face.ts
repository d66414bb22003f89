import type { RunEvent } from '../../../run/attached.ts';
import { namedLine } from '../../../terminal/columns.ts';
import type { Context } from '../../context.ts';
import type { OptionValues } from '../../options/table.ts';
import { isVerbose } from '../face.ts';
import { reportFailure } from '../failure.ts';
import { createJson } from '../json.ts';
import { createWrite } from '../write.ts';
import { createPrinter } from './printer.ts';

export type RunEmit = (event: RunEvent) => void | Promise<void>;

/** What is shown of an application that runs attached: its output as it is, and of sti's words only where it answers. */
export function chooseRunFace(
  options: Pick<OptionValues, 'progress' | 'quiet' | 'verbose' | 'loglevel'>,
  context: Pick<Context, 'stdout' | 'stderr' | 'env'>,
): RunEmit {
  if (options.progress === 'json') return createJson(context.stdout);
  const print = createPrinter(context);
  const write = createWrite(context.stderr);
  const say = (text: string) => (options.quiet ? undefined : write(text));
  return (event) => {
    switch (event.type) {
      case 'log':
        return print(event);
      case 'run-started':
        return say(event.ports.map((port) => `${namedLine('run', describePort(port))}\n`).join(''));
      case 'run-finished': {
        const { error, exitCode } = event;
        if (error !== null) return reportFailure(error, context, { json: false, verbose: isVerbose(options) });
        return exitCode === 0
          ? undefined
          : say(`${namedLine('run', `the application ended with exit code ${exitCode}`)}\n`);
      }
    }
  };
}

function describePort({ container, address }: { readonly container: number; readonly address: string }): string {
  return `port ${container} is at ${address}`;
}
