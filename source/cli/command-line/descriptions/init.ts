import type { Command } from '../command.ts';

export const init = {
  summary: 'Write .sti/config.json for the language of a folder',
  arguments: [
    {
      name: 'SOURCE',
      required: false,
      help: 'Folder of the application',
      otherwise: 'this folder',
      completes: 'folder',
    },
    { name: 'IMAGE', required: false, help: 'Builder image', otherwise: "one for the folder's language" },
    { name: 'TAG', required: false, help: 'Name of the new image', otherwise: "the folder's name" },
  ],
  options: ['scripts', 'help'],
  examples: ['sti init', 'sti init shop nodejs-20 shop', 'sti init -s template:nodejs'],
} as const satisfies Command;
