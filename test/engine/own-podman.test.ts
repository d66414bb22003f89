import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { connectToFirst } from '../../source/engine/connect.ts';
import { socketEndpoint } from '../../source/engine/endpoint/candidates.ts';
import { startPodmanService } from '../../source/engine/podman/service.ts';
import { engineKinds } from '../support/engine-fixtures.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

const homeDir = '/nonexistent';
const nowhere = [socketEndpoint('/nonexistent/engine.sock')];
const patient = { timeout: 100_000, interval: 250 };

// Other tests' services have their folders where everybody has them.
beforeEach(() => void vi.stubEnv('TMPDIR', tempFolder()));
afterEach(() => void vi.unstubAllEnvs());

/** The processes that have this argument. */
function processesWith(argument: string): string[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && commandOf(pid).includes(argument));
}

function commandOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

describe.runIf(engineKinds.includes('podman'))('a Podman service of sti’s own', () => {
  it('is used when no engine answers, says so, and ends when the engine is closed', async () => {
    const notices: string[] = [];
    const engine = await connectToFirst(nowhere, { env: process.env, homeDir, onNotice: (text) => notices.push(text) });
    expect(notices).toEqual([expect.stringContaining('Podman')]);
    expect(engine.about).toMatchObject({ kind: 'podman', rootless: false });
    expect(await engine.inspectImage('sti-test-no-such-image')).toBeUndefined();
    expect(processesWith(engine.about.address)).toHaveLength(1);
    engine.close();
    await vi.waitFor(() => expect(processesWith(engine.about.address)).toEqual([]), patient);
    expect(existsSync(dirname(engine.about.socketPath ?? '/'))).toBe(false);
  });

  it('stays while nothing is asked of it, and ends by itself when sti is killed', async () => {
    const folder = tempFolder();
    await build({
      entryPoints: ['source/engine/podman/service.ts'],
      outfile: join(folder, 'service.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'silent',
    });
    const program = `
      import { startPodmanService } from ${JSON.stringify(pathToFileURL(join(folder, 'service.mjs')).href)};
      console.log((await startPodmanService(process.env)).socketPath);
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    const [line] = await once(child.stdout, 'data');
    const address = `unix://${String(line).trim()}`;
    await new Promise((resolve) => setTimeout(resolve, 8_000));
    expect(processesWith(address)).toHaveLength(1);
    child.kill('SIGKILL');
    await vi.waitFor(() => expect(processesWith(address)).toEqual([]), patient);
    await vi.waitFor(() => expect(existsSync(dirname(address.slice('unix://'.length)))).toBe(false), patient);
  });
});

/** As Podman does it without root: the work is that of a child, which outlives the first process. */
const inTwoProcesses = `#!/bin/sh
node -e 'require("net").createServer().listen(process.argv[1].slice(7))' "$4" &
wait
`;

it('a Podman of two processes ends with both of them', async () => {
  const folder = tempFolder();
  writeFiles(folder, { podman: inTwoProcesses });
  chmodSync(join(folder, 'podman'), 0o755);
  const { PATH = '' } = process.env;
  const service = await startPodmanService({ PATH: [folder, dirname(process.execPath), PATH].join(delimiter) });
  const address = `unix://${service?.socketPath}`;
  expect(processesWith(address)).toHaveLength(2);
  service?.stop();
  await vi.waitFor(() => expect(processesWith(address)).toEqual([]), patient);
});

describe('a podman that cannot serve', () => {
  it('is one more place that was tried, with its own words', async () => {
    const before = ownFolders();
    const folder = tempFolder();
    writeFiles(folder, { podman: '#!/bin/sh\necho "cannot clone: Operation not permitted" >&2\nexit 125\n' });
    chmodSync(join(folder, 'podman'), 0o755);
    await expect(connectToFirst(nowhere, { env: { PATH: folder }, homeDir })).rejects.toMatchObject({
      code: 'engine-unreachable',
      message: expect.stringContaining('cannot clone: Operation not permitted'),
    });
    expect(ownFolders()).toEqual(before);
  });

  it('is not there', async () => {
    const before = ownFolders();
    await expect(connectToFirst(nowhere, { env: { PATH: '/nonexistent' }, homeDir })).rejects.toMatchObject({
      message: expect.stringContaining('podman: not installed'),
    });
    expect(ownFolders()).toEqual(before);
  });
});

function ownFolders(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('sti-podman-'));
}
