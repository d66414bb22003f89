import { exportNames } from '../../export/names.ts';
import type { Command } from '../command.ts';

export const exportCommand = {
  summary: 'Print a file that lets another system build the same',
  arguments: [
    { name: 'KIND', required: true, help: exportNames.join(', '), completes: exportNames },
    {
      name: 'SOURCE',
      required: false,
      help: 'Folder of the application',
      otherwise: 'this folder',
      completes: 'folder',
    },
    { name: 'IMAGE', required: false, help: 'Builder image', otherwise: 'that of .sti/config.json' },
    { name: 'TAG', required: false, help: 'Name of the new image', otherwise: 'that of .sti/config.json' },
  ],
  options: ['trust', 'help'],
  examples: [
    'sti export bake > docker-bake.json',
    'sti export tekton . nodejs-20 registry.example/me/shop > task.yaml',
  ],
} as const satisfies Command;
