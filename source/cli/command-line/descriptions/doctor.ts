import type { Command } from '../command.ts';

export const doctor = {
  summary: 'Say what is wrong with the engine and this machine',
  arguments: [],
  options: ['clean', 'json', 'url', 'dockercfgPath', 'help'],
  meanings: { clean: 'Remove what runs of sti that were killed have left' },
  examples: ['sti doctor', 'sti doctor --clean', 'sti doctor --json'],
} as const satisfies Command;
