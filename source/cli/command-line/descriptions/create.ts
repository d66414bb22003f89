import type { Command } from '../command.ts';

export const create = {
  summary: 'Write the files of a new builder image',
  arguments: [
    { name: 'NAME', required: true, help: 'Name of the builder image' },
    { name: 'DIR', required: true, help: 'Folder to write its files into', completes: 'folder' },
  ],
  options: ['template', 'from', 'help'],
  examples: ['sti create my-builder my-builder', 'sti create my-nodejs builder --template nodejs --from node:22-slim'],
} as const satisfies Command;
