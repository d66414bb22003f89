import { variables } from './kinds/assignment.ts';
import { toggle } from './kinds/choice.ts';
import { list, ports } from './kinds/list.ts';
import { count, duration } from './kinds/number.ts';
import { syncPair } from './kinds/sync.ts';
import { address, hostName, text, urlPath } from './kinds/text.ts';
import type { Option } from './option.ts';

/** How the loop runs. */
export const devOptions = {
  ports: {
    names: ['--port'],
    kind: ports,
    help: 'Serve a port of the application on this port',
    otherwise: "the image's exposed ports",
    configuredBy: 'folder',
  },
  debugPorts: {
    names: ['--debug-port'],
    kind: ports,
    help: 'Serve a port for a debugger, without waiting for it',
    configuredBy: 'folder',
  },
  devEnv: {
    names: ['--dev-env'],
    kind: variables,
    help: 'Set a variable in sti dev only, not in the image',
    configuredBy: 'folder',
  },
  host: {
    names: ['--host'],
    kind: address,
    help: 'Serve the ports on this address',
    default: '127.0.0.1',
  },
  allowHost: {
    names: ['--allow-host'],
    kind: list(hostName),
    help: 'Answer requests under this name; .NAME for all below it',
    otherwise: "localhost, addresses, the machine's name",
  },
  drain: {
    names: ['--drain'],
    kind: duration,
    help: 'Give a replaced version this long to finish requests',
    default: 60_000,
    configuredBy: 'folder',
  },
  standbys: {
    names: ['--standbys'],
    kind: count({ min: 1, max: 9 }),
    help: 'Keep this many containers ready for the next save',
    default: 2,
    configuredBy: 'folder',
  },
  quietTime: {
    names: ['--quiet-time'],
    kind: duration,
    help: 'Make the image once saves pause for this long',
    default: 1_000,
    configuredBy: 'folder',
  },
  debounce: {
    names: ['--debounce'],
    kind: duration,
    help: 'Wait this long for more changes after one',
    otherwise: '10ms to 50ms',
    configuredBy: 'folder',
  },
  poll: {
    names: ['--poll'],
    kind: toggle,
    help: 'Poll for changes instead of using file events',
    configuredBy: 'folder',
  },
  readyPath: {
    names: ['--ready-path'],
    kind: urlPath,
    help: 'Wait until the application answers this path by HTTP',
    configuredBy: 'folder',
  },
  readyTimeout: {
    names: ['--ready-timeout'],
    kind: duration,
    help: 'Give up on an application that is not ready in time',
    default: 60_000,
    configuredBy: 'folder',
  },
  switchTimeout: {
    names: ['--switch-timeout'],
    kind: duration,
    help: 'Hold a connection this long while no version is ready',
    default: 10_000,
    configuredBy: 'folder',
  },
  jobs: {
    names: ['--jobs'],
    kind: count({ min: 1, max: 999 }),
    help: 'Assemble at most this many applications at a time',
    otherwise: 'half of the processor cores',
    configuredBy: 'nobody',
  },
  keepImages: {
    names: ['--keep-images'],
    kind: toggle,
    help: 'Keep replaced images',
    configuredBy: 'folder',
  },
  reload: {
    names: ['--reload'],
    kind: toggle,
    help: 'The application reloads changed files by itself',
    configuredBy: 'folder',
  },
  sync: {
    names: ['--sync'],
    kind: list(syncPair),
    help: 'Treat files as only copied: serve them unassembled',
    otherwise: 'what was learned',
    configuredBy: 'folder',
  },
  noSync: {
    names: ['--no-sync'],
    kind: toggle,
    help: 'Assemble every save, also of files that are only copied',
    configuredBy: 'folder',
  },
  explain: {
    names: ['--explain'],
    kind: text({ placeholder: 'PATH' }),
    help: 'Print what is known of a file of the source',
    configuredBy: 'nobody',
  },
  once: {
    names: ['--once'],
    kind: toggle,
    help: 'Build, run until the application is ready, and end',
    configuredBy: 'folder',
  },
} as const satisfies Record<string, Option>;
