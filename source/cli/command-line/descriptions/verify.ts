import type { Command } from '../command.ts';

export const verify = {
  summary: 'Compare what two builders make of the same source',
  arguments: [
    { name: 'SOURCE', required: true, help: 'As sti build takes it', completes: 'file' },
    { name: 'IMAGE_A', required: true, help: 'Builder image' },
    { name: 'IMAGE_B', required: true, help: 'The other one' },
  ],
  options: [
    'request',
    'requests',
    'exec',
    'ignore',
    'runs',
    'json',
    'ports',
    'readyPath',
    'readyTimeout',
    'env',
    'envFile',
    'ref',
    'contextDir',
    'scripts',
    'assembleUser',
    'pullPolicy',
    'url',
    'dockercfgPath',
    'trust',
    'verbose',
    'transport',
    'help',
  ],
  examples: [
    'sti verify . nodejs-20 nodejs-22',
    'sti verify . nodejs-20 nodejs-22 --request GET:/health --ignore env:NODE_VERSION',
  ],
} as const satisfies Command;
