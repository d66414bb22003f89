import { describe, expect, it } from 'vitest';
import { builders, makeBuilder } from '../support/builders.ts';
import { inspectImage, testTag } from '../support/engine.ts';
import { sti } from '../support/sti.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

function source(): string {
  const folder = tempFolder();
  writeFiles(folder, { 'index.html': 'hello\n' });
  return folder;
}

/** The events of `--progress json`: every line must be one. */
function eventsIn(stdout: string): { type: string; [key: string]: unknown }[] {
  expect(stdout.endsWith('\n')).toBe(true);
  return stdout
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line));
}

const nowhere = { env: { DOCKER_HOST: 'unix:///no/such/engine.sock' } };

describe('the lines of a build', () => {
  it('go to stderr, and stdout carries the closing summary only', async () => {
    const builder = await makeBuilder({ ...builders['no save-artifacts'], exposedPorts: ['8080/tcp', '53/udp'] });
    const tag = testTag('faces');
    const { stdout, stderr, exitCode } = await sti(['build', source(), builder, tag]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Built \S+ in [\d.]+m?s\. Run it: {2}(docker|podman) run --rm -p .+\n$/);
    expect(stdout).toContain(tag);
    expect(stdout).toContain('-p 8080:8080');
    expect(stdout).toContain('-p 53:53/udp');
    const steps = stderr.split('\n').filter((line) => /^[a-z]+ {2,}/.test(line));
    expect(steps.map((line) => line.split(' ', 1)[0])).toEqual([
      'source',
      'builder',
      'scripts',
      'artifacts',
      'assemble',
      'commit',
    ]);
    expect(stderr).toMatch(/^ {2}assembling as 0:0$/m);
    expect(stdout + stderr).not.toContain('\x1b');
  });

  it('are left out with -q, and stdout is the image id', async () => {
    const tag = testTag('faces');
    const { stdout, stderr } = await sti(['build', '-q', source(), await makeBuilder('root'), tag]);
    expect(stdout).toBe(`${(await inspectImage(tag))?.Id}\n`);
    expect(stderr).toBe('');
  });

  it('close a failure with what failed, its last lines, what to try, the old tag and the exit code', async () => {
    const tag = testTag('faces');
    await sti(['build', '-q', source(), await makeBuilder('root'), tag]);
    const before = (await inspectImage(tag))?.Id;
    const { stdout, stderr, exitCode } = await sti(['build', source(), await makeBuilder('failing assemble'), tag]);
    expect(exitCode).toBe(60);
    expect(stdout).toBe('');
    const closing = stderr.slice(stderr.indexOf('Error: ')).trimEnd().split('\n');
    expect(closing[0]).toMatch(/^Error: .*assemble.* 3/);
    expect(closing).toContain('Last lines of its output:');
    expect(closing).toContain('  about to fail');
    expect(closing).toContain('  this is why');
    expect(closing.at(-2)).toContain(`${tag} still points to the previous image`);
    expect(closing.at(-1)).toBe('exit code 60');
    expect((await inspectImage(tag))?.Id).toBe(before);
  });

  it('show a failure under -q, too', async () => {
    const { stdout, stderr } = await sti(['build', '-q', source(), await makeBuilder('failing assemble')]);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^Error: .*assemble/m);
    expect(stderr).toMatch(/^ {2}this is why$/m);
    expect(stderr).toMatch(/exit code 60\n$/);
  });
});

describe('--progress json', () => {
  it('is one event a line on stdout, and nothing else', async () => {
    const tag = testTag('faces');
    const { stdout, stderr } = await sti(['build', '--progress', 'json', source(), await makeBuilder('root'), tag]);
    const events = eventsIn(stdout);
    expect(stderr).toBe('');
    expect(events[0]).toMatchObject({ type: 'build-started', tag });
    expect(events.at(-1)).toMatchObject({
      type: 'build-finished',
      outcome: { ok: true, result: { tag, imageId: (await inspectImage(tag))?.Id, incremental: false } },
    });
    expect(
      events
        .filter(({ type }) => type === 'log')
        .map(({ text }) => text)
        .join(''),
    ).toContain('assembling as 0:0\n');
    const finished = events.filter(({ type }) => type === 'step-finished').map(({ step }) => step);
    expect(finished.toSorted()).toEqual(['artifacts', 'assemble', 'builder', 'commit', 'scripts', 'source']);
  });

  it('has a step for the copy of many files, which says how far it is', async () => {
    const folder = tempFolder();
    const names = Array.from({ length: 5_000 }, (_, index) => `${index % 200}/${index}`);
    writeFiles(folder, Object.fromEntries(names.map((name) => [name, name])));
    const builder = await makeBuilder({ scripts: { assemble: '#!/bin/sh\n', 'save-artifacts': null } });
    const { stdout } = await sti(['build', '--progress', 'json', folder, builder]);
    const events = eventsIn(stdout).filter(({ step }) => step === 'copy');
    expect(events.at(-1)).toMatchObject({
      type: 'step-finished',
      summary: expect.stringMatching(/^5,000 files, .* · bind$/),
    });
    // None where all are copied within a second.
    const far = events.filter(({ type }) => type === 'progress');
    for (const event of far) expect(event).toMatchObject({ done: expect.any(Number), of: 5_200 });
    const seconds = Math.floor((Number(events.at(-1)?.['at']) - Number(events[0]?.['at'])) / 1_000);
    expect(far.length).toBeLessThanOrEqual(seconds);
  });

  it('ends with build-finished when the build fails', async () => {
    const builder = await makeBuilder('failing assemble');
    const { stdout, exitCode } = await sti(['build', '--progress=json', source(), builder]);
    expect(exitCode).toBe(60);
    // The engine may pass on stderr before what was written to stdout earlier.
    const lastLines = expect.toSatisfy((lines: string[]) => lines.toSorted().join() === 'about to fail,this is why');
    expect(eventsIn(stdout).at(-1)).toMatchObject({
      type: 'build-finished',
      outcome: { ok: false, error: { code: 'assemble', exitCode: 60, lastLines } },
    });
  });

  it('ends with build-finished when no engine answers', async () => {
    const { stdout, stderr, exitCode } = await sti(['build', '--progress', 'json', '.', 'builder', 'app'], nowhere);
    expect(exitCode).toBe(10);
    expect(stderr).toBe('');
    expect(eventsIn(stdout).at(-1)).toMatchObject({
      type: 'build-finished',
      outcome: {
        ok: false,
        error: { code: 'engine-unreachable', message: expect.stringContaining('/no/such/engine.sock') },
      },
    });
  });

  it('ends with build-finished when the command line is wrong', async () => {
    const { stdout, exitCode } = await sti(['build', '--progress', 'json', '.']);
    expect(exitCode).toBe(64);
    expect(eventsIn(stdout)).toMatchObject([
      { type: 'build-finished', outcome: { ok: false, error: { code: 'usage' } } },
    ]);
  });

  it('is not to be had with -q', async () => {
    const { exitCode, stdout } = await sti(['build', '-q', '--progress', 'json', '.', 'builder'], nowhere);
    expect(exitCode).toBe(64);
    expect(eventsIn(stdout)).toMatchObject([
      { outcome: { error: { code: 'usage', message: '--quiet and --progress json exclude each other' } } },
    ]);
  });
});

describe('secrets', () => {
  const secret = 'tr0ub4dor&3';
  const url = `http://ada:${secret}@127.0.0.1:9`;
  const args = ['-e', `DB_PASSWORD=${secret}`, '--callbackUrl', `${url}/callback`];

  it.each([[[]], [['--verbose']], [['--progress', 'json']]])(
    'of a successful build are in the image but not in what sti says (%j)',
    async (face) => {
      const tag = testTag('faces');
      const { stdout, stderr, exitCode } = await sti([
        'build',
        source(),
        await makeBuilder('no save-artifacts'),
        tag,
        ...args,
        ...face,
      ]);
      expect(exitCode).toBe(0);
      expect((await inspectImage(tag))?.Config.Env).toContain(`DB_PASSWORD=${secret}`);
      expect(stdout + stderr).toContain('127.0.0.1:9/callback');
      expect(stdout + stderr).not.toContain(secret);
    },
  );

  it('of a build that failed are not in what sti says', async () => {
    const failing = await makeBuilder('failing assemble');
    for (const words of [
      [source(), failing, ...args],
      [`${url}/app.git`, failing, ...args],
      [`${url}/app.tar.gz`, failing, ...args],
      [source(), failing, ...args, '--scripts', url],
      [source(), failing, ...args, '--scripts', `http://127.0.0.1:9/${secret}`],
    ]) {
      const { stdout, stderr, exitCode } = await sti(['build', '--verbose', ...words]);
      expect(exitCode).not.toBe(0);
      expect(stdout + stderr).not.toContain(secret);
    }
  });
});
