import type { Command } from '../command.ts';

export const doctor = {
  summary: 'Check the engine and this machine',
  arguments: [],
  options: ['clean', 'json', 'url', 'dockercfgPath', 'help'],
  meanings: { clean: 'Remove what killed runs of sti left behind' },
  examples: ['sti doctor', 'sti doctor --clean', 'sti doctor --json'],
} as const satisfies Command;
