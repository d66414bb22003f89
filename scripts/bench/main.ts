import type { Script } from '../terminal.mjs';
import { bench, type Measure } from './bench.ts';
import { incremental, memory, startUp, trivial } from './builds.ts';
import { enteredSaves, nodeApp, saves, secondSaves, userSaves } from './dev.ts';
import { branchSwitch, burst, tree } from './many.ts';
import { realBuilder } from './real.ts';
import { stacks } from './stacks/stacks.ts';
import { growth, load } from './steady.ts';
import { firstFrame, flood, frames, idle, savesOnScreen } from './ui.ts';

interface Suite {
  readonly title: string;
  readonly sections: Readonly<Record<string, Measure>>;
}

const suites: Readonly<Record<string, Suite>> = {
  builds: {
    title: 'sti build, beside the same work by raw engine calls',
    sections: { trivial, incremental, 'start-up': startUp, memory },
  },
  dev: {
    title: 'sti dev: from a save to the served page, beside the same work by raw engine calls',
    sections: {
      ...{ save: saves, entrypoint: enteredSaves, user: userSaves, second: secondSaves },
      ...{ burst, branch: branchSwitch, tree, node: nodeApp, real: realBuilder, growth, load },
    },
  },
  stacks: {
    title: 'the templates: builds and saves, beside a Dockerfile with cached layers and docker run',
    sections: stacks,
  },
  ui: {
    title: 'sti dev: what the dashboard costs, on a terminal of 100 × 40',
    sections: { frame: frames, flood, idle, save: savesOnScreen, start: firstFrame },
  },
};

/** What sti may cost: `npm run bench -- --budgets` fails when it costs more. */
const budgets: Suite = {
  title: 'sti: whether it stays within its budgets',
  sections: { 'start-up': startUp, 'save to served': saves, frame: frames, memory, 'lost requests': load },
};

export default async function main(script: Script, [suite = '', ...args]: readonly string[]): Promise<void> {
  const within = args.includes('--budgets');
  const { title, sections } = (within ? budgets : suites[suite]) ?? budgets;
  await bench(
    script,
    args.filter((word) => word !== '--budgets'),
    { title, sections, within },
  );
}
