import type { Command } from '../command.ts';

export const help = {
  summary: 'Print help for sti or for one command',
  arguments: [{ name: 'COMMAND', required: false, help: 'Command to explain', completes: 'command' }],
  options: ['help'],
  examples: [],
} as const satisfies Command;
