import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageFile from '../../package.json' with { type: 'json' };

let folder = '';
let program = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sti-test-'));
  program = join(folder, 'main.js');
  await build({
    entryPoints: [fileURLToPath(new URL('../../source/main.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    plugins: [
      {
        name: 'what is loaded when it is needed is left out: where it is missed, it was loaded',
        setup({ onResolve }) {
          const heavy = /\/(build|dev|doctor|engine|origin|run|verify)\/(?!redact-event)|\/dashboard\.ts$/;
          onResolve({ filter: /\.ts$/ }, ({ kind, path }) =>
            kind === 'dynamic-import' && heavy.test(path) ? { external: true } : undefined,
          );
        },
      },
    ],
  });
});
afterAll(() => rm(folder, { recursive: true }));

const sti = (...argv: string[]) => spawnSync(process.execPath, [program, ...argv], { encoding: 'utf8' });

describe('the sti program', () => {
  it('says its version', () => {
    expect(sti('--version')).toMatchObject({ status: 0, stdout: `sti ${packageFile.version}\n`, stderr: '' });
  });

  it('shows help without loading what a build needs', () => {
    expect(sti('build', '--help')).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringContaining('--callbackUrl'),
    });
  });

  it('exits with 64 when the command line is wrong', () => {
    expect(sti('build', 'docs')).toMatchObject({
      status: 64,
      stdout: '',
      stderr: expect.stringContaining('IMAGE is missing'),
    });
  });

  it('exits with 70 when something is wrong with itself', () => {
    expect(sti('build', '.', 'img')).toMatchObject({ status: 70, stderr: expect.stringContaining('exit code 70') });
  });

  it('says nothing when the reader of its output goes away', async () => {
    const child = spawn(process.execPath, [program, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    const exited = new Promise((resolve) => child.on('exit', (code, signal) => resolve({ code, signal })));
    expect(await text(child.stderr)).toBe('');
    expect(await exited).toEqual({ code: 0, signal: null });
  });
});
