import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { BuildEvent, StepName } from '../../../source/build/events.ts';
import { createLines, type LinesOptions } from '../../../source/cli/output/lines.ts';
import { StiError } from '../../../source/errors.ts';
import {
  done,
  end,
  exampleBuild,
  failed,
  log,
  progress,
  result,
  started,
  status,
  warning,
} from '../../support/build-events.ts';
import { FakeOutput, FakePipe } from '../../support/cli-fakes.ts';
import { piecesOf } from '../../support/pieces.ts';

async function show(events: readonly BuildEvent[], options: Partial<LinesOptions> = {}) {
  const [stderr, stdout] = [new FakePipe(), new FakePipe()];
  const defaults = { verbose: false, quiet: false, colour: false };
  const lines = createLines({ stderr, stdout, engine: () => 'docker', ...defaults, ...options });
  for (const event of events) await lines.emit(event);
  lines.close();
  return { progress: stderr.text, result: stdout.text };
}

const onTerminal = async (events: readonly BuildEvent[], columns = 100) => {
  const stderr = new FakeOutput({ isTTY: true, columns });
  await show(events, { stderr, colour: true });
  return stderr.text;
};

const assembleError = new StiError('assemble', 'assemble exited with 3', {
  hint: 'Read the lines above.',
  lastLines: ['npm ERR! one', '\x1b[31mnpm ERR! two\x1b[0m'],
});

describe('the lines face in a pipe', () => {
  it('shows a build as docs/dashboard.md does', async () => {
    expect(await show(exampleBuild)).toEqual({
      progress: `
source     /home/me/app · 312 files, 4.1 MB                                 0.02s
builder    nodejs-20:latest · 3f1c0a9d2b41                                  0.01s
scripts    assemble, run, save-artifacts · image:///usr/libexec/s2i         0.00s
artifacts  restored 2,143 files, 48 MB from my-app:latest                   0.31s
assemble
  ---> Installing application source ...
assemble   exit 0                                                           3.42s
commit     my-app:latest · sha256:9ab3… · +1.2 MB                           0.11s

`.slice(1),
      result: 'Built my-app:latest in 3.9s (artifacts reused). Run it:  docker run --rm -p 8080:8080 my-app:latest\n',
    });
  });

  it('says how far a long step is every five seconds', async () => {
    const seconds = Array.from({ length: 12 }, (_, second) =>
      progress('copy', second * 1_000, 10_000 + second * 1_000),
    );
    const { progress: shown } = await show([started('copy'), ...seconds]);
    expect(shown).toBe('copy       0 of 60,000\ncopy       5,000 of 60,000\ncopy       10,000 of 60,000\n');
  });

  it('lets a long summary push the duration out', async () => {
    const { progress } = await show([done('source', 'x'.repeat(80), 61_000)]);
    expect(progress).toBe(`source     ${'x'.repeat(80)}  1m 01s\n`);
  });

  it('puts the name of a step above its output, again after another step had a line', async () => {
    const { progress } = await show([
      log('saving\n', 'stdout', 'artifacts'),
      done('source', 'app', 10),
      log('more\n', 'stdout', 'artifacts'),
    ]);
    expect(progress.replace(/ {20,}/g, ' … ')).toBe('artifacts\n  saving\nsource     app … 0.01s\nartifacts\n  more\n');
  });

  it('keeps a line whole that a line of its own comes between', async () => {
    const next = piecesOf();
    const piece = (text: string): BuildEvent => ({ type: 'log', at: 0, step: 'assemble', ...next(text) });
    const { progress } = await show([started('assemble'), piece('half'), warning('careful'), piece(' done\n')]);
    expect(progress).toBe('assemble\nwarning: careful\n  half done\n');
  });

  it('shows what has no end at the close', async () => {
    expect((await show([started('assemble'), log('half')])).progress).toBe('assemble\n  half\n');
  });

  it('shows a line without its end after a second, and goes on behind it', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const stderr = new FakePipe();
    const options = {
      stdout: new FakePipe(),
      verbose: false,
      quiet: false,
      colour: false,
      engine: () => 'docker' as const,
    };
    const { emit } = createLines({ stderr, ...options });
    const next = piecesOf();
    const print = (text: string) => void emit({ type: 'log', at: 0, step: 'run', ...next(text) });
    print('waiting');
    expect(stderr.text).toBe('run\n');
    vi.advanceTimersByTime(1000);
    expect(stderr.text).toBe('run\n  waiting');
    print(' and done\n');
    expect(stderr.text).toBe('run\n  waiting and done\n');
  });

  it('indents the further lines of a warning and leaves out what could move the cursor', async () => {
    const { progress } = await show([warning('save-artifacts failed:\n\x1b[2Jtar: no\nspace\n')]);
    expect(progress).toBe('warning: save-artifacts failed:\n  tar: no\n  space\n');
  });

  it('shows status with --verbose only', async () => {
    const events = [status('builder', 'pulling layer\n1')];
    expect((await show(events)).progress).toBe('');
    expect((await show(events, { verbose: true })).progress).toBe('builder    pulling layer 1\n');
  });

  it('closes a failure with its reason, the last lines, what to try, the tag that stays, and the exit code', async () => {
    const outcome = { ok: false, error: assembleError, tagKept: 'my-app:latest' } as const;
    expect(await show([end(outcome)])).toEqual({
      result: '',
      progress: `
Error: assemble exited with 3

Last lines of its output:
  npm ERR! one
  npm ERR! two

Try: Read the lines above.
tag my-app:latest still points to the previous image
exit code 60
`,
    });
  });

  it('says that a build was cancelled, and by what', async () => {
    const { progress } = await show([end({ ok: false, error: StiError.cancelled('SIGTERM'), tagKept: null })]);
    expect(progress).toBe('\nCancelled by SIGTERM\nexit code 143\n');
  });

  it('shows what lies behind an error with --verbose', async () => {
    const error = new StiError('bug', 'oh', { cause: new Error('the cause') });
    const { progress } = await show([end({ ok: false, error, tagKept: null })], { verbose: true });
    expect(progress).toContain('Error: the cause\n    at ');
  });

  it('prints the image id and nothing else with --quiet', async () => {
    expect(await show(exampleBuild, { quiet: true })).toEqual({ progress: '', result: `${result.imageId}\n` });
  });

  it('still prints warnings and errors with --quiet', async () => {
    const error = new StiError('ref', 'no such ref: v9');
    const events = [log('x\n'), warning('careful'), end({ ok: false, error, tagKept: null })];
    expect((await show(events, { quiet: true })).progress).toBe(
      'warning: careful\nError: no such ref: v9\nexit code 21\n',
    );
  });
});

describe('the closing summary', () => {
  const built = async (changes: object, options: Partial<LinesOptions> = {}) =>
    (await show([end({ ok: true, result: { ...result, incremental: false, ...changes } })], options)).result;

  it('publishes every port of the image', async () => {
    expect(await built({ exposedPorts: ['8080/tcp', '53/udp'] })).toBe(
      'Built my-app:latest in 3.9s. Run it:  docker run --rm -p 8080:8080 -p 53:53/udp my-app:latest\n',
    );
  });

  it('names the id of an image without a tag', async () => {
    expect(await built({ tag: null, exposedPorts: [] })).toBe(
      `Built ${result.imageId} in 3.9s. Run it:  docker run --rm 9ab3c1d2e4f5\n`,
    );
  });

  it('says podman where the engine is podman', async () => {
    expect(await built({}, { engine: () => 'podman' })).toContain('podman run --rm');
  });
});

describe('the lines face on a terminal', () => {
  it('keeps the colours of a script and ends them before its own words', async () => {
    const text = await onTerminal([started('assemble'), log('\x1b[32mok\x1b[2J\n'), warning('careful')]);
    expect(text).toBe('assemble\n  \x1b[32mok\x1b[0m\n\x1b[33mwarning:\x1b[0m careful\n');
  });

  it('ends the duration at the edge of a narrow terminal', async () => {
    expect(await onTerminal([done('source', 'app', 20)], 40)).toBe(`source     app${' '.repeat(21)}0.02s\n`);
  });

  it('aligns as in a pipe where the terminal does not know its width', async () => {
    expect(await onTerminal([done('source', 'app', 20)], 0)).toBe(`source     app${' '.repeat(62)}0.02s\n`);
  });

  describe('with a flood of lines', () => {
    const flood = (step: StepName) => [log(Array.from({ length: 7_000 }, (_, n) => `${n}\n`).join(''), 'stdout', step)];

    it('folds them, and shows how many and the last of them when the step ends', async () => {
      const text = await onTerminal([started('assemble'), ...flood('assemble'), done('assemble', 'exit 0', 10)]);
      expect(text).toContain('  199\n  … 6,795 more lines (--verbose shows them)\n  6995\n');
      expect(text).toMatch(/ {2}6999\nassemble +exit 0/);
    });

    it('shows what is folded when the end comes in the middle', async () => {
      expect(await onTerminal([started('assemble'), ...flood('assemble')])).toMatch(
        /6,795 more lines[\s\S]* {2}6999\n$/,
      );
    });

    it('shows all of them with --verbose, in a pipe, and of the application', async () => {
      const all = [started('assemble'), ...flood('assemble'), done('assemble', 'exit 0', 10)];
      const stderr = new FakeOutput({ isTTY: true, columns: 100 });
      await show(all, { stderr, verbose: true });
      for (const text of [stderr.text, (await show(all)).progress, await onTerminal(flood('run'))]) {
        expect(text).toContain('  3000\n');
        expect(text).not.toContain('more lines');
      }
    });
  });

  it('marks a failed step in red', async () => {
    expect(await onTerminal([failed('assemble', 'exit 3', 20)], 30)).toBe(
      '\x1b[31massemble   exit 3        0.02s\x1b[0m\n',
    );
  });
});
