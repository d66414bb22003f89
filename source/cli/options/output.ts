import { choice, toggle } from './kinds/choice.ts';
import { count, size } from './kinds/number.ts';
import type { Option } from './option.ts';

const megabyte = 1024 ** 2;

/** What is shown. */
export const outputOptions = {
  progress: {
    names: ['--progress'],
    kind: choice('FORM', ['plain', 'json']),
    help: 'Print lines for people, or one JSON event a line',
    otherwise: 'plain',
    configuredBy: 'folder',
  },
  json: {
    names: ['--json'],
    kind: toggle,
    help: 'Print JSON for programs',
    configuredBy: 'nobody',
  },
  ui: {
    names: ['--ui'],
    kind: toggle,
    help: 'Show the build full screen until it succeeds',
    configuredBy: 'folder',
  },
  stay: {
    names: ['--stay'],
    kind: toggle,
    help: 'Show the build full screen until q is pressed',
    configuredBy: 'folder',
  },
  quiet: {
    names: ['-q', '--quiet'],
    kind: toggle,
    help: 'Print only the image id, warnings and errors',
    configuredBy: 'folder',
  },
  verbose: {
    names: ['--verbose'],
    kind: toggle,
    help: 'Print more about each step',
    configuredBy: 'folder',
  },
  loglevel: {
    names: ['--loglevel'],
    kind: count({ min: 0, max: 5 }),
    help: 'Print more from 1 on, as --verbose does',
    otherwise: '0',
    configuredBy: 'folder',
  },
  theme: {
    names: ['--theme'],
    kind: choice('GROUND', ['dark', 'light']),
    help: 'Show the dashboard in colours for this background',
    otherwise: 'as the terminal says',
    configuredBy: 'folder',
  },
  notify: {
    names: ['--notify'],
    kind: choice('HOW', ['off', 'bell', 'desktop']),
    help: 'Signal failures while the window is not in front',
    otherwise: 'bell',
    configuredBy: 'folder',
  },
  logMemory: {
    names: ['--log-memory'],
    kind: size({ unit: 'MB', min: megabyte, max: 4096 * megabyte }),
    help: 'Keep this much log in the dashboard',
    default: 32 * megabyte,
    configuredBy: 'folder',
  },
} as const satisfies Record<string, Option>;
