import type { Command } from '../command.ts';
import { howToBuild } from '../how-to-build.ts';

export const build = {
  summary: 'Build an image from source and a builder image',
  arguments: [
    {
      name: 'SOURCE',
      required: false,
      help: 'Path or URL of a folder, file, archive or git repository',
      otherwise: 'this folder',
      completes: 'file',
    },
    { name: 'IMAGE', required: false, help: 'Builder image', otherwise: 'that of .sti/config.json' },
    { name: 'TAG', required: false, help: 'Name of the new image', otherwise: 'that of .sti/config.json, else none' },
  ],
  options: [
    'env',
    'envFile',
    'ref',
    'contextDir',
    ...howToBuild,
    'asDockerfile',
    'run',
    'copy',
    'keepSymlinks',
    'useConfig',
    'trust',
    'progress',
    'ui',
    'stay',
    'quiet',
    'verbose',
    'loglevel',
    'transport',
    'help',
  ],
  examples: [
    'sti build . nodejs-20 my-app',
    'sti build https://github.com/me/app.git#main nodejs-20 my-app -e DEBUG=1',
    'sti build . nodejs-20 --as-dockerfile ../context/Dockerfile',
  ],
} as const satisfies Command;
