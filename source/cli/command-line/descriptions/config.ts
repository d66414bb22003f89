import type { Command } from '../command.ts';

export const config = {
  summary: 'Print the options of a folder and where each is set',
  arguments: [
    {
      name: 'SOURCE',
      required: false,
      help: 'Folder with a .sti/config.json',
      otherwise: 'this folder',
      completes: 'folder',
    },
  ],
  options: ['trust', 'schema', 'help'],
  examples: ['sti config', 'sti config --schema > schema.json'],
} as const satisfies Command;
