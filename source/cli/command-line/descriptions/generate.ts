import type { Command } from '../command.ts';

export const generate = {
  summary: 'Write a Dockerfile for a builder image, without source',
  arguments: [
    { name: 'IMAGE', required: true, help: 'Builder image' },
    {
      name: 'FILE',
      required: true,
      help: 'Dockerfile to write; source goes into upload/src beside it',
      completes: 'file',
    },
  ],
  options: [
    'env',
    'envFile',
    'imageScriptsUrl',
    'destination',
    'assembleUser',
    'allowedUids',
    'applicationName',
    'description',
    'labels',
    'url',
    'progress',
    'quiet',
    'verbose',
    'loglevel',
    'help',
  ],
  examples: ['sti generate nodejs-20 context/Dockerfile'],
} as const satisfies Command;
