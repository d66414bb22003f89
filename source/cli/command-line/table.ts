import type { Context } from '../context.ts';
import type { Command, ParsedCommand } from './command.ts';
import { build } from './descriptions/build.ts';
import { completion } from './descriptions/completion.ts';
import { config } from './descriptions/config.ts';
import { create } from './descriptions/create.ts';
import { dev } from './descriptions/dev.ts';
import { doctor } from './descriptions/doctor.ts';
import { exportCommand } from './descriptions/export.ts';
import { generate } from './descriptions/generate.ts';
import { help } from './descriptions/help.ts';
import { init } from './descriptions/init.ts';
import { rebuild } from './descriptions/rebuild.ts';
import { usage } from './descriptions/usage.ts';
import { verify } from './descriptions/verify.ts';
import { version } from './descriptions/version.ts';

/** Every command of sti, in the order of its help. */
const table = {
  ...{
    build,
    rebuild,
    dev,
    verify,
    generate,
    export: exportCommand,
    usage,
    init,
    create,
    doctor,
    config,
    completion,
    version,
    help,
  },
} satisfies Record<string, Command>;

export type CommandName = keyof typeof table;

export const commands: Readonly<Record<CommandName, Command>> = table;

/** The command line of one command: only its own options can be read from it. */
export type Parsed<Name extends CommandName> = ParsedCommand<CommandName, (typeof table)[Name]['options'][number]>;

/** What a command does. Resolves to the exit code. */
export type RunCommand<Name extends CommandName> = (parsed: Parsed<Name>, context: Context) => Promise<number>;

export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(table, name);
}

export const commandNames: readonly CommandName[] = Object.keys(table).filter(isCommand);
