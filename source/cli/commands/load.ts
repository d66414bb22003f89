import type { CommandName, RunCommand } from '../command-line/table.ts';

type Loaders = { readonly [Name in CommandName]: () => Promise<{ readonly run: RunCommand<Name> }> };

/** Imports what a command does, so that a command costs nothing until it is run. */
export const load: Loaders = {
  build: () => import('./build.ts'),
  rebuild: () => import('./rebuild.ts'),
  dev: () => import('./dev.ts'),
  verify: () => import('./verify.ts'),
  generate: () => import('./generate.ts'),
  usage: () => import('./usage.ts'),
  doctor: () => import('./doctor.ts'),
  export: () => import('./offline/export.ts'),
  init: () => import('./offline/init.ts'),
  create: () => import('./offline/create.ts'),
  config: () => import('./offline/config.ts'),
  completion: () => import('./offline/completion.ts'),
  version: () => import('./offline/version.ts'),
  help: () => import('./offline/help.ts'),
};
