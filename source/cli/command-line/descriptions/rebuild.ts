import type { Command } from '../command.ts';
import { howToBuild } from '../how-to-build.ts';

export const rebuild = {
  summary: 'Build an image again from what its labels say',
  arguments: [
    { name: 'IMAGE', required: true, help: 'Image that sti or s2i built' },
    { name: 'TAG', required: false, help: 'Name of the new image', otherwise: 'IMAGE' },
  ],
  options: ['env', 'envFile', ...howToBuild, 'progress', 'quiet', 'verbose', 'loglevel', 'transport', 'help'],
  examples: ['sti rebuild my-app', 'sti rebuild my-app my-app:patched'],
} as const satisfies Command;
