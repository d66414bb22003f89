import type { BuildEvent, BuildOutcome, BuildResult, StepName } from '../../source/build/events.ts';
import { piece } from './pieces.ts';

/** Short ways to write the events of a build. */
export const started = (step: StepName, at = 0): BuildEvent => ({ type: 'step-started', at, step });
export const done = (step: StepName, summary: string, ms: number): BuildEvent => finished(step, true, summary, ms);
export const failed = (step: StepName, summary: string, ms: number): BuildEvent => finished(step, false, summary, ms);
export const warning = (message: string): BuildEvent => ({ type: 'warning', at: 0, message });
export const status = (step: StepName, text: string): BuildEvent => ({ type: 'status', at: 0, step, text });
export const progress = (step: StepName, done: number, at = 0): BuildEvent => ({
  type: 'progress',
  at,
  step,
  done,
  of: 60_000,
  unit: 'files',
});
export const end = (outcome: BuildOutcome, ms = 3900): BuildEvent => ({ type: 'build-finished', at: 0, ms, outcome });

export function log(text: string, stream: 'stdout' | 'stderr' = 'stdout', step: StepName = 'assemble'): BuildEvent {
  return { type: 'log', at: 0, step, ...piece(text, stream) };
}

export const result: BuildResult = {
  tag: 'my-app:latest',
  imageId: 'sha256:9ab3c1d2e4f5061728394a5b6c7d8e9f',
  digest: null,
  sbomDigest: null,
  addedBytes: 1_200_000,
  labels: {},
  incremental: true,
  exposedPorts: ['8080/tcp'],
  steps: [],
};

/** The build that docs/dashboard.md shows. */
export const exampleBuild: readonly BuildEvent[] = [
  { type: 'build-started', at: 0, source: '/home/me/app', builder: 'nodejs-20', tag: 'my-app:latest' },
  started('source'),
  done('source', '/home/me/app · 312 files, 4.1 MB', 20),
  started('builder'),
  done('builder', 'nodejs-20:latest · 3f1c0a9d2b41', 10),
  started('scripts'),
  done('scripts', 'assemble, run, save-artifacts · image:///usr/libexec/s2i', 1),
  started('artifacts'),
  done('artifacts', 'restored 2,143 files, 48 MB from my-app:latest', 310),
  started('assemble'),
  log('---> Installing application source ...\n'),
  done('assemble', 'exit 0', 3420),
  started('commit'),
  done('commit', 'my-app:latest · sha256:9ab3… · +1.2 MB', 110),
  end({ ok: true, result }),
];

function finished(step: StepName, ok: boolean, summary: string, ms: number): BuildEvent {
  return { type: 'step-finished', at: 0, step, ok, ms, summary };
}
