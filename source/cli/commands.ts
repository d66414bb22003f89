import type { Command } from './command.ts';

/** Every command of sti. */
export const commands: readonly Command[] = [
  {
    name: 'build',
    summary: 'Build an image from application source and a builder image',
    arguments: [
      {
        name: 'SOURCE',
        required: true,
        help: 'A folder, a file, an archive, or the URL of a git repository or archive',
      },
      { name: 'IMAGE', required: true, help: 'The builder image' },
      {
        name: 'TAG',
        required: false,
        help: 'What to call the new image; without it the image is built and not tagged',
      },
    ],
    options: [
      'env',
      'envFile',
      'ref',
      'contextDir',
      'scripts',
      'assembleUser',
      'clean',
      'incremental',
      'artifactsTimeout',
      'pullPolicy',
      'label',
      'removePrevious',
      'callbackUrl',
      'keepWorkspace',
      'url',
      'copy',
      'progress',
      'quiet',
      'verbose',
      'transport',
      'help',
    ],
    examples: [
      'sti build . nodejs-20 my-app',
      'sti build https://github.com/me/app.git#main nodejs-20 my-app -e DEBUG=1',
    ],
    load: () => import('./build-command.ts'),
  },
  {
    name: 'usage',
    summary: 'Show how a builder image wants to be used, in its own words',
    arguments: [{ name: 'IMAGE', required: true, help: 'The builder image' }],
    options: ['env', 'scripts', 'assembleUser', 'pullPolicy', 'url', 'verbose', 'help'],
    examples: ['sti usage nodejs-20'],
    load: () => import('./usage-command.ts'),
  },
  {
    name: 'version',
    summary: 'Show the version of sti',
    arguments: [],
    options: ['help'],
    examples: [],
    load: () => import('./version-command.ts'),
  },
  {
    name: 'help',
    summary: 'Show help for sti or for one command',
    arguments: [{ name: 'COMMAND', required: false, help: 'The command to explain' }],
    options: ['help'],
    examples: [],
    load: () => import('./help-command.ts'),
  },
];
