// @ts-check
// Runs a script that is written in TypeScript, once what it needs is there: `node scripts/run.mjs scripts/pictures/pictures.ts`.

import { prepareProject, projectFolder } from './project.mjs';
import { script } from './terminal.mjs';
import { compile } from './typescript.mjs';

const [entry = '', ...args] = process.argv.slice(2);

await script(async (frame) => {
  process.chdir(projectFolder);
  await prepareProject(frame);
  const { default: work } = await import(await compile(entry, frame.defer));
  await work(frame, args);
});
