import { toggle } from './kinds/choice.ts';
import { httpRequest, ignoreRule } from './kinds/comparison.ts';
import { list } from './kinds/list.ts';
import { count } from './kinds/number.ts';
import { path, text } from './kinds/text.ts';
import type { Option } from './option.ts';

/** How two builders are compared. */
export const verifyOptions = {
  request: {
    names: ['--request'],
    kind: list(httpRequest),
    help: 'Send both applications this request',
    otherwise: 'GET:/',
    configuredBy: 'nobody',
  },
  requests: {
    names: ['--requests'],
    kind: path('FILE'),
    help: 'Send the requests that sti dev --progress json printed',
    configuredBy: 'nobody',
  },
  exec: {
    names: ['--exec'],
    kind: list(text({ placeholder: 'COMMAND' })),
    help: 'Run this in both containers and compare what it prints',
    configuredBy: 'nobody',
  },
  ignore: {
    names: ['--ignore'],
    kind: list(ignoreRule),
    help: 'Do not count this difference; * stands for anything',
    configuredBy: 'nobody',
  },
  runs: {
    names: ['--runs'],
    kind: count({ min: 1, max: 20 }),
    help: 'Start each application this often',
    default: 3,
    configuredBy: 'nobody',
  },
  json: {
    names: ['--json'],
    kind: toggle,
    help: 'Print the result as JSON',
    configuredBy: 'nobody',
  },
} as const satisfies Record<string, Option>;
