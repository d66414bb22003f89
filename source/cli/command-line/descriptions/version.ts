import type { Command } from '../command.ts';

export const version = {
  summary: 'Print the version of sti',
  arguments: [],
  options: ['help'],
  examples: [],
} as const satisfies Command;
