import { toggle } from './kinds/choice.ts';
import { engineAddress } from './kinds/reference.ts';
import { path } from './kinds/text.ts';
import type { Option } from './option.ts';

/** The engine, and what is about this one run. */
export const generalOptions = {
  url: {
    names: ['-U', '--url'],
    kind: engineAddress,
    help: 'Use the container engine at this address',
    otherwise: 'DOCKER_HOST, the docker context, the usual sockets',
  },
  dockercfgPath: {
    names: ['--dockercfg-path'],
    kind: path('FILE'),
    help: 'Take registry logins from this configuration of docker',
    otherwise: '~/.docker/config.json',
  },
  trust: {
    names: ['--trust'],
    kind: toggle,
    help: "Trust the folder's .sti/config.json until it changes",
    configuredBy: 'nobody',
  },
  schema: {
    names: ['--schema'],
    kind: toggle,
    help: 'Print the JSON Schema of the configuration file',
    configuredBy: 'nobody',
  },
  help: { names: ['-h', '--help'], kind: toggle, help: 'Print this help', configuredBy: 'nobody' },
  version: { names: ['--version'], kind: toggle, help: 'Print the version of sti', configuredBy: 'nobody' },
} as const satisfies Record<string, Option>;
