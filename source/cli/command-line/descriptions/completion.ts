import { shells } from '../../completion/shells.ts';
import type { Command } from '../command.ts';

export const completion = {
  summary: 'Print a completion script for a shell',
  arguments: [{ name: 'SHELL', required: true, help: 'bash, zsh or fish', completes: shells }],
  options: ['help'],
  examples: [
    'source <(sti completion bash)',
    'sti completion zsh > ~/.zfunc/_sti',
    'sti completion fish > ~/.config/fish/completions/sti.fish',
  ],
} as const satisfies Command;
