import type { Command } from '../command.ts';

export const usage = {
  summary: 'Print the usage of a builder image',
  arguments: [{ name: 'IMAGE', required: true, help: 'Builder image' }],
  options: ['env', 'scripts', 'assembleUser', 'pullPolicy', 'url', 'dockercfgPath', 'verbose', 'loglevel', 'help'],
  examples: ['sti usage nodejs-20'],
} as const satisfies Command;
