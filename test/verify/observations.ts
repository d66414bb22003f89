import type { Observation, RunObservation } from '../../source/verify/observation.ts';
import { observeBody } from '../../source/verify/observe/content.ts';

/** A small application, as it is seen once. */
export const plainRun = {
  start: { how: 'ready' },
  startMs: 400,
  end: { how: 'by its stop signal', ms: 20 },
  exitCode: 0,
  stdout: ['listening on 8080'],
  stderr: ['a warning'],
  live: {
    responses: [
      {
        request: { method: 'GET', path: '/' },
        answer: { status: 200, headers: [['server', 'nginx']], body: observeBody(Buffer.from('<h1>hello</h1>\n')) },
      },
    ],
    commands: [{ command: 'ls /app', exitCode: 0, output: 'index.html\n' }],
    listeners: [{ address: '0.0.0.0', port: 8080 }],
    process: { user: '1001:0', env: ['MODE=production', 'PATH=/bin'] },
  },
} as const satisfies RunObservation;

export function observation({
  run = plainRun,
  runs = [run, run],
  ...others
}: Partial<Observation> & { readonly run?: RunObservation } = {}): Observation {
  return {
    image: {
      user: '1001',
      env: ['MODE=production', 'PATH=/bin'],
      exposedPorts: ['8080/tcp'],
      size: 90_000_000,
      addedBytes: 40_000,
    },
    files: new Map([['/app/index.html', '-rw-r--r-- 1001:0 1f2e3d4c5b6a7988']]),
    runs,
    ...others,
  };
}
