import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { BuildContext, HostEnvironment } from '../../../source/build/context.ts';
import type { BuildOutcome, OutputPiece } from '../../../source/build/events.ts';
import type { BuildRequest } from '../../../source/build/request.ts';
import type { UsageRequest } from '../../../source/build/usage.ts';
import { run } from '../../../source/cli/run.ts';
import { StiError } from '../../../source/errors.ts';
import { end, result, started } from '../../support/build-events.ts';
import { FakeOutput, fakeContext } from '../../support/cli-fakes.ts';
import { piece, piecesOf } from '../../support/pieces.ts';

const fakes = vi.hoisted(() => ({
  close: vi.fn(),
  connectEngine: vi.fn(),
  build:
    vi.fn<(request: BuildRequest, host: HostEnvironment, connect: () => Promise<unknown>) => Promise<BuildOutcome>>(),
  showUsage:
    vi.fn<
      (
        request: UsageRequest,
        context: BuildContext,
        print: (piece: OutputPiece) => void | Promise<void>,
      ) => Promise<void>
    >(),
}));
vi.mock('../../../source/engine/connect.ts', () => ({ connectEngine: fakes.connectEngine }));
vi.mock('../../../source/build/build.ts', () => ({ build: fakes.build }));
vi.mock('../../../source/build/usage.ts', () => ({ showUsage: fakes.showUsage }));

beforeEach(() => {
  vi.resetAllMocks();
  fakes.connectEngine.mockResolvedValue({ about: { kind: 'podman' }, close: fakes.close });
  fakes.build.mockImplementation(async (_request, { emit }, connect) => {
    await connect();
    const outcome = { ok: true, result } as const;
    await emit(end(outcome));
    return outcome;
  });
});

async function sti(...argv: string[]) {
  const context = fakeContext({ HOME: '/home/me' });
  const exitCode = await run(argv, context);
  return { exitCode, stdout: context.stdout.text, stderr: context.stderr.text };
}

describe('sti build', () => {
  it('builds what the command line says, with the engine that it names', async () => {
    const { exitCode, stdout } = await sti('build', 'src', 'img', 'my-app', '-U', 'unix:///x', '--clean');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Built my-app:latest .*podman run/);
    expect(fakes.connectEngine).toHaveBeenCalledWith(
      expect.objectContaining({ url: 'unix:///x', env: { HOME: '/home/me' }, homeDir: '/home/me' }),
    );
    const [request, context] = fakes.build.mock.lastCall ?? [];
    expect(request).toMatchObject({
      source: 'src',
      builder: { repository: 'img' },
      tag: { repository: 'my-app' },
      clean: true,
    });
    expect(context).toMatchObject({
      cwd: '/work',
      tmpDir: '/tmp',
      cacheDir: '/home/me/.cache/sti',
      uid: 1000,
      pid: 42,
    });
  });

  it('exits with the code of a failed build', async () => {
    const error = new StiError('assemble', 'assemble exited with 3');
    fakes.build.mockResolvedValue({ ok: false, error, tagKept: null });
    expect(await sti('build', 'src', 'img')).toEqual({ exitCode: 60, stdout: '', stderr: '' });
  });

  it('passes on what the engine has to say', async () => {
    fakes.connectEngine.mockImplementation(async ({ onNotice }) => {
      onNotice('started podman');
      return { about: { kind: 'podman' }, close: fakes.close };
    });
    expect((await sti('build', 'src', 'img')).stderr).toContain('warning: started podman\n');
  });

  it('never shows the value of a secret variable', async () => {
    fakes.connectEngine.mockImplementation(async ({ onNotice }) => {
      onNotice('hunter2 started');
      return { about: { kind: 'podman' }, close: fakes.close };
    });
    fakes.build.mockRejectedValue(new StiError('source', 'hunter2 refused', { hint: 'not hunter2' }));
    const { stderr } = await sti('build', 'src', 'img', '-e', 'API_TOKEN=hunter2', '--verbose');
    expect(stderr).toContain('warning: *** started\n');
    expect(stderr).toContain('Error: *** refused\nTry: not ***\n');
    expect(stderr).not.toContain('hunter2');
  });

  it('is cancelled by a signal, and says by which, whatever broke because of it', async () => {
    const context = fakeContext();
    fakes.build.mockImplementation(async (_request, { signal }) => {
      context.send('SIGTERM');
      expect(signal.aborted).toBe(true);
      throw new Error('socket hang up');
    });
    expect(await run(['build', 'src', 'img'], context)).toBe(143);
    expect(context.stderr.text).toBe('\nCancelled by SIGTERM\nexit code 143\n');
  });

  it('calls an error that nobody foresaw a bug', async () => {
    fakes.build.mockRejectedValue(new TypeError('x is not a function'));
    const { exitCode, stderr } = await sti('build', 'src', 'img', '--verbose');
    expect(exitCode).toBe(70);
    expect(stderr).toContain('Error: x is not a function\nTry: This is a bug in sti.');
    expect(stderr).toContain('TypeError: x is not a function\n    at ');
  });
});

describe('sti usage', () => {
  it("prints the script's words as they are, without control sequences", async () => {
    fakes.showUsage.mockImplementation(async (_request, _context, print) => {
      const next = piecesOf();
      await print(next('how to \x1b[1muse\x1b[0m me:'));
      await print(next(' ✔\n'));
      await print(next('a remark\n', 'stderr'));
    });
    expect(await sti('usage', 'img', '-e', 'A=1', '-s', 'http://h/s')).toEqual({
      exitCode: 0,
      stdout: 'how to use me: ✔\n',
      stderr: 'a remark\n',
    });
    expect(fakes.showUsage.mock.lastCall?.[0]).toEqual({
      builder: { repository: 'img' },
      env: [{ name: 'A', value: '1' }],
      pullPolicy: 'if-not-present',
      scriptsUrl: { scheme: 'http', url: 'http://h/s' },
    });
    expect(fakes.close).toHaveBeenCalledOnce();
  });

  it('says why it failed, with the exit code for it', async () => {
    fakes.showUsage.mockRejectedValue(new StiError('usage-script', 'usage failed', { lastLines: ['oh'] }));
    const { exitCode, stderr } = await sti('usage', 'img');
    expect(exitCode).toBe(90);
    expect(stderr).toBe('Error: usage failed\n\nLast lines of its output:\n  oh\n\nexit code 90\n');
  });

  it('leaves no elapsed time on a terminal, whether the script speaks or fails', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'], now: 0 });
    const stderr = new FakeOutput({ isTTY: true });
    fakes.showUsage.mockImplementation(async (_request, { emit }, print) => {
      await emit(started('builder'));
      vi.advanceTimersByTime(1000);
      await print(piece('a remark\n', 'stderr'));
      await emit(started('scripts', 1000));
      vi.advanceTimersByTime(1000);
      throw new StiError('usage-script', 'usage failed');
    });
    await run(['usage', 'img', '--verbose'], { ...fakeContext({ TERM: 'dumb' }), stderr });
    vi.useRealTimers();
    expect(stderr.text).toBe('builder    1s\r\x1b[Ka remark\nbuilder    2s\r\x1b[KError: usage failed\nexit code 90\n');
  });

  it.each([[['Not An Image']], [['img', '-e', 'A']]])('refuses %j before it looks for an engine', async (words) => {
    expect((await sti('usage', ...words)).exitCode).toBe(64);
    expect(fakes.connectEngine).not.toHaveBeenCalled();
  });
});
