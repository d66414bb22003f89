/** One option, the same in every command that has it. */
export interface Option {
  /** Every spelling: the short one first, then the canonical long one, then its aliases. */
  readonly names: readonly [string, ...string[]];
  /** What help calls the value; an option without one is a switch. */
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly repeatable?: true;
  readonly help: string;
  /** The default, as help shows it. */
  readonly default?: string;
  readonly hidden?: true;
  /** What `.sti/config.json` calls it where that isn't its long name: there all the values stand together. */
  readonly plural?: string;
  /** It is about this one run, so `.sti/config.json` can't have it. */
  readonly commandLineOnly?: true;
}

const table = {
  env: {
    names: ['-e', '--env'],
    value: 'NAME=VALUE',
    repeatable: true,
    help: 'Set a variable for the scripts and in the image; NAME=VALUE,NAME=VALUE works too',
  },
  envFile: {
    names: ['-E', '--env-file', '--environment-file'],
    value: 'FILE',
    help: 'Read variables from a file, one NAME=VALUE a line; -e beats it',
  },
  ref: { names: ['-r', '--ref'], value: 'REF', help: 'Build this branch, tag or commit of a git source' },
  contextDir: { names: ['--context-dir'], value: 'DIR', help: 'Build this folder of the source instead of all of it' },
  scripts: {
    names: ['-s', '--scripts', '--scripts-url'],
    value: 'URL',
    help: 'Take scripts from here first: http, https, file or image://',
  },
  assembleUser: { names: ['--assemble-user'], value: 'USER', help: 'Run assemble as this user of the builder image' },
  clean: { names: ['--clean'], help: 'Do not reuse artifacts of the previous image' },
  incremental: {
    names: ['--incremental'],
    help: 'Reuse artifacts of the previous image; --incremental=false is --clean',
    default: 'on',
  },
  artifactsTimeout: {
    names: ['--artifacts-timeout'],
    value: 'TIME',
    help: 'Give up on save-artifacts after this time, such as 90s or 10m',
    default: '10m',
  },
  pullPolicy: {
    names: ['-p', '--pull-policy'],
    value: 'WHEN',
    choices: ['always', 'if-not-present', 'never'],
    help: 'When to pull the builder image',
    default: 'if-not-present',
  },
  label: {
    names: ['--label'],
    value: 'NAME=VALUE',
    repeatable: true,
    plural: 'labels',
    help: 'Add a label to the image',
  },
  removePrevious: { names: ['--rm'], help: 'Remove the previous image once the new one is tagged' },
  callbackUrl: {
    names: ['--callbackUrl', '--callback-url'],
    value: 'URL',
    help: 'Send the outcome here by HTTP POST when the build is over',
  },
  keepWorkspace: {
    names: ['--savetempdir', '--save-temp-dir'],
    help: 'Keep the temporary folder and say where it is',
  },
  url: {
    names: ['-U', '--url'],
    value: 'URL',
    help: 'Address of the container engine',
    default: 'DOCKER_HOST, the docker context, the usual sockets',
  },
  copy: { names: ['-c', '--copy'], help: 'Copy a local source instead of cloning it', default: 'on' },
  progress: {
    names: ['--progress'],
    value: 'FORM',
    choices: ['plain', 'json'],
    help: 'Show lines for people, or one JSON event a line on stdout',
    default: 'plain',
  },
  ui: { names: ['--ui'], help: 'Show the build full screen; it closes when the build went well' },
  stay: { names: ['--stay'], help: 'Keep the full screen until q, also after a build that went well' },
  quiet: { names: ['-q', '--quiet'], help: 'Print the image id and nothing else, save warnings and errors' },
  verbose: { names: ['--verbose'], help: 'Say more about each step' },
  port: {
    names: ['--port'],
    value: 'HOST:CONTAINER',
    repeatable: true,
    plural: 'ports',
    help: 'Serve a port of the application on this port of the machine',
    default: "the image's exposed ports",
  },
  host: { names: ['--host'], value: 'ADDRESS', help: 'Address that the ports are served on', default: '127.0.0.1' },
  standbys: { names: ['--standbys'], value: 'N', help: 'Containers that wait for the next save', default: '2' },
  quietTime: {
    names: ['--quiet-time'],
    value: 'TIME',
    help: 'Make the image when nothing was saved for this time',
    default: '1s',
  },
  debounce: {
    names: ['--debounce'],
    value: 'TIME',
    help: 'Wait this long for more changes after one',
    default: '10ms to 50ms',
  },
  poll: { names: ['--poll'], help: 'Look for changes at intervals instead of being told by the system' },
  readyPath: { names: ['--ready-path'], value: 'PATH', help: 'The application is ready when it answers this by HTTP' },
  readyTimeout: {
    names: ['--ready-timeout'],
    value: 'TIME',
    help: 'Give up on an application that is not ready after this time',
    default: '1m',
  },
  switchTimeout: {
    names: ['--switch-timeout'],
    value: 'TIME',
    help: 'How long a connection waits while no version is ready',
    default: '10s',
  },
  jobs: {
    names: ['--jobs'],
    value: 'N',
    help: 'How many of several applications may assemble at a time',
    default: 'half of the processor cores',
    commandLineOnly: true,
  },
  logMemory: { names: ['--log-memory'], value: 'MB', help: 'Memory for the log in the dashboard', default: '32' },
  keepImages: { names: ['--keep-images'], help: 'Leave the images that newer ones took the tag from' },
  once: { names: ['--once'], help: 'Build, run until the application is ready, and end' },
  transport: {
    names: ['--transport'],
    value: 'WAY',
    choices: ['bind', 'stream', 'upload'],
    help: 'Force the way in which the source goes into the container',
    hidden: true,
  },
  schema: {
    names: ['--schema'],
    help: 'Print the JSON Schema of the configuration file, for editors',
    commandLineOnly: true,
  },
  help: { names: ['-h', '--help'], help: 'Show this help', commandLineOnly: true },
  version: { names: ['--version'], help: 'Show the version of sti', commandLineOnly: true },
} satisfies Record<string, Option>;

export type OptionName = keyof typeof table;

/** All options of all commands: a spelling means the same everywhere, so options may stand before the command too. */
export const options: Readonly<Record<OptionName, Option>> = table;

/** What parsing needs to know of each spelling. */
export const optionsBySpelling: ReadonlyMap<string, OptionName> = new Map(
  names(table).flatMap((name) => table[name].names.map((spelling) => [spelling, name] as const)),
);

/** The canonical long spelling: `--env`. */
export function longName(name: OptionName): string {
  const { names } = options[name];
  return names.find((spelling) => spelling.startsWith('--')) ?? names[0];
}

function names<Name extends string>(record: Record<Name, unknown>): Name[] {
  const found: Name[] = [];
  for (const name in record) found.push(name);
  return found;
}
