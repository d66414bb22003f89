import { expect, it } from 'vitest';
import type { DevEvent } from '../../source/dev/events.ts';
import { inspectEnvironment } from '../../source/dev/inspect.ts';
import { keyboard } from '../support/keyboard.ts';
import { controls, failed } from '../support/sample-app.ts';

const { show, press } = keyboard();
const image = {
  ...{ user: '', cmd: [], entrypoint: [], workingDir: '', labels: {}, volumes: [], exposedPorts: [], onBuild: [] },
  ...{ stopSignal: '', shell: [], healthcheck: undefined, env: ['PATH=/bin', 'MODE=image', 'DB=a'] },
};
const asked = { env: [{ name: 'DB', value: 'x' }], envFile: [{ name: 'API_TOKEN', value: 'abc' }] };
const env = inspectEnvironment(image, ['MODE=source', 'API_TOKEN=abc', 'DB=postgres://me:secret@db/x'], asked);

it('the environment says where each value comes from, and masks secrets', () => {
  expect(env).toEqual([
    { name: 'API_TOKEN', value: '••••', from: 'configuration' },
    { name: 'DB', value: 'postgres://••••@db/x', from: '-e' },
    { name: 'MODE', value: 'source', from: 'source' },
    { name: 'PATH', value: '/bin', from: 'builder image' },
  ]);
});

it('i shows all about what runs, and how to run the same by hand', async () => {
  const inspect = async () => ({
    ...{ container: '0123456789abcdef', build: 1, builder: 'nodejs-20 · sha256:1', user: '1001', workingDir: '/opt' },
    ...{
      ports: [{ url: 'http://localhost:8080', container: 3000 }],
      env,
      labels: [['io.k8s.display-name', 'Node']] as const,
    },
  });
  show(failed, {}, { ...controls, observe: { ...controls.observe, inspect } });
  const text = await press('i');
  for (const words of ['╭ Inspect · my-app', '0123456789ab', 'in place: the same container', 'leads to 3000', '1001'])
    expect(text).toContain(words);
  expect(text).toMatch(/API_TOKEN +configuration +••••/);
  expect(text).toContain('docker run --rm -p 8080:3000 my-app:latest');
  expect(await press('\x1b', '')).toContain('╭ Steps');
});

it('d compares the build under the cursor with the marked one: steps, source, image', async () => {
  const later: readonly DevEvent[] = [
    { type: 'cycle-started', at: 9_500, cycle: 3, why: 'saved', changes: ['src/b.js'], changed: 1 },
    { type: 'step-started', at: 9_500, step: 'assemble' },
    { type: 'step-finished', at: 9_600, step: 'assemble', ok: true, ms: 100, summary: 'exit 0' },
    { type: 'cycle-served', at: 9_700, cycle: 3, ms: 200, path: 'in place', why: 'same', urls: [] },
    {
      ...{ type: 'image-compared', at: 9_800, cycle: 3, imageId: 'sha256:2', bytes: 1, addedBytes: 1 },
      changes: [{ path: 'opt/app/server.js', kind: 'changed', bytes: 14_000 }],
    },
  ];
  show([...failed, ...later]);
  const text = await press('\x1b[Z', 'G', ' ', 'g', 'd');
  expect(text).toContain('build 1, served in 3.9 s · build 3, served in 200 ms');
  expect(text).toMatch(/Steps +build 1 +build 3/);
  expect(text).toMatch(/assemble +3\.4 s █+ +100 ms ▎/);
  expect(text).toMatch(/Source: 2 changed in 2 saves[\s\S]*src\/app\.js[\s\S]*src\/b\.js/);
  expect(text).toMatch(/12 kB +14 kB {2}opt\/app\/server\.js/);
  expect(text).toMatch(/1\.2 MB +— {2}opt\/app\/node_modules/);
});
