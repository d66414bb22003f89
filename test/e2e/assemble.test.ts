import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { transportNames } from '../../source/build/request.ts';
import { appSource, build, imageOf, scriptLines, stepLine, tryBuild } from '../support/app-build.ts';
import * as scripts from '../support/builder-scripts.ts';
import { type Builder, makeBuilder } from '../support/builders.ts';
import { api, inspectImage, runContainer, testTag } from '../support/engine.ts';
import { folderListing } from '../support/listing.ts';
import { startSti } from '../support/sti.ts';

/** The plain assemble, but a variable lets it end badly. */
const failing: Builder = {
  scripts: { assemble: `${scripts.assemble}[ -z "$FAIL" ] || { seq 1 30 >&2; echo "the reason" >&2; exit 42; }\n` },
};

/** assemble that waits until something says go. */
function waiting(lines: string): Builder {
  return { scripts: { assemble: `#!/bin/sh\necho waiting\nuntil [ -e /tmp/go ]; do sleep 0.1; done\n${lines}\n` } };
}

async function runningContainerOf(image: string): Promise<string> {
  const filters = encodeURIComponent(JSON.stringify({ ancestor: [image] }));
  const [container] = await api.json<{ Id: string }[]>('GET', `/containers/json?filters=${filters}`);
  if (container === undefined) throw new Error(`no container of ${image} runs`);
  return container.Id;
}

async function letGo(container: string): Promise<void> {
  const { Id } = await api.json<{ Id: string }>('POST', `/containers/${container}/exec`, {
    body: { Cmd: ['touch', '/tmp/go'] },
  });
  await api.call('POST', `/exec/${Id}/start`, { body: { Detach: true } });
}

/** The exit codes of containers of an image that ended since then, as the engine tells them. */
async function exitCodesOf(image: string, since: number): Promise<string[]> {
  const filters = encodeURIComponent(JSON.stringify({ type: ['container'], event: ['die'] }));
  const { Id } = await imageOf(image);
  const [from, to] = [since, Date.now()].map((ms) => (ms / 1000).toFixed(3));
  const told = await api.call('GET', `/events?since=${from}&until=${to}&filters=${filters}`);
  const events = told
    .toString()
    .trim()
    .split('\n')
    .filter((line) => line !== '');
  const ended = events.map((line) => JSON.parse(line).Actor.Attributes);
  return ended.filter((one) => one.image === Id || one.image === image).map(({ exitCode }) => exitCode);
}

describe('assemble that fails', () => {
  it('ends its container as one that succeeds does: by itself, and nobody has to kill it', async () => {
    const image = await makeBuilder(failing);
    for (const args of [[], ['-e', 'FAIL=1']]) {
      const since = Date.now();
      await tryBuild(failing, { args });
      expect(await exitCodesOf(image, since), args.join(' ')).toEqual(['0']);
    }
  });

  it('ends the build with its exit code, its last 20 lines and the tag as it was', async () => {
    const { tag } = await build(failing);
    const before = await imageOf(tag);
    const ended = await tryBuild(failing, { tag, args: ['-e', 'FAIL=1'] });
    expect(ended.exitCode).toBe(60);
    expect(ended.stdout).toBe('');
    expect(stepLine(ended, 'assemble')).toContain('failed with exit code 42');
    const closing = ended.stderr.slice(ended.stderr.indexOf('Error: '));
    expect(closing).toMatch(/^Error: assemble failed with exit code 42\n/);
    const shown = closing.split('\n').filter((line) => line.startsWith('  '));
    expect(shown).toEqual([...Array.from({ length: 19 }, (_, index) => `  ${index + 12}`), '  the reason']);
    expect(closing).toContain('the script is image:///usr/libexec/s2i/assemble.\n');
    expect(closing).toContain(`tag ${tag} still points to the previous image\nexit code 60\n`);
    expect((await imageOf(tag)).Id).toBe(before.Id);
  });

  it('makes no tag where there was none', async () => {
    const tag = testTag('never-made');
    const ended = await tryBuild(failing, { tag, args: ['-e', 'FAIL=1'] });
    expect(ended.exitCode).toBe(60);
    expect(ended.stderr).not.toContain('still points');
    expect(await inspectImage(tag)).toBeUndefined();
  });

  it('is said to have run out of memory when the kernel killed it for that', async () => {
    const builder = waiting('head -c 200m /dev/zero | tail > /dev/null');
    const image = await makeBuilder(builder);
    const sti = startSti(['build', appSource(), image, testTag('out-of-memory')]);
    await sti.printed('waiting');
    const container = await runningContainerOf(image);
    const limit = 30 * 1024 ** 2;
    await api.call('POST', `/containers/${container}/update`, { body: { Memory: limit, MemorySwap: limit } });
    await letGo(container);
    const { exitCode, stderr } = await sti.ended;
    expect(exitCode).toBe(60);
    expect(stderr).toMatch(/^Error: assemble ran out of memory: the kernel killed it \(exit code 137\)$/m);
  });

  it('is said to have been ended by a signal', async () => {
    const ended = await tryBuild({ scripts: { assemble: '#!/bin/sh\nkill -9 $$\n' } });
    expect(ended.exitCode).toBe(60);
    expect(ended.stderr).toMatch(/^Error: assemble failed with exit code 137 \(ended by signal 9\)$/m);
  });

  it.each([
    ['an interpreter that is not there', '#!/no/such/interpreter\necho never\n'],
    ['a program that is not there', '#!/bin/sh\nno-such-program\n'],
  ])('because of %s points at the interpreter and the programs', async (_, assemble) => {
    const ended = await tryBuild({ scripts: { assemble } });
    expect(ended.exitCode).toBe(60);
    expect(ended.stderr).toMatch(/^Error: assemble failed with exit code 127/m);
    expect(ended.stderr).toMatch(/^Try: Check the first line of the script .*interpreter/m);
    expect(ended.stderr).toMatch(/no-such-program|no\/such\/interpreter|assemble: not found/);
  });
});

describe('the output of assemble', () => {
  it('is shown while assemble still runs', async () => {
    const image = await makeBuilder(waiting('echo released'));
    const sti = startSti(['build', appSource(), image, testTag('live')]);
    await sti.printed('waiting');
    expect(sti.output().stderr).not.toContain('released');
    await letGo(await runningContainerOf(image));
    const { exitCode, stderr } = await sti.ended;
    expect(exitCode).toBe(0);
    expect(stderr).toContain('  waiting\n  released\n');
  });

  it('arrives complete when it is 50 MB', async () => {
    const lines = 819_200;
    const ended = await build('much output', { args: ['-e', `LINES_TO_PRINT=${lines}`] });
    const [first = '', ...others] = scriptLines(ended);
    expect(first).toHaveLength(63);
    expect(others).toHaveLength(lines - 1);
    expect(others.findIndex((line) => line !== first)).toBe(-1);
  });

  it('keeps the order of each stream, and what has no newline at its end', async () => {
    const assemble = '#!/bin/sh\nfor n in 1 2 3; do echo out $n; echo err $n >&2; done\nprintf unfinished\n';
    const lines = scriptLines(await build({ scripts: { assemble } }));
    expect(lines.filter((line) => line.startsWith('out'))).toEqual(['out 1', 'out 2', 'out 3']);
    expect(lines.filter((line) => line.startsWith('err'))).toEqual(['err 1', 'err 2', 'err 3']);
    expect(lines).toContain('unfinished');
  });
});

describe.each(transportNames)('scripts of the source, by %s', (transport) => {
  const args = ['--transport', transport];

  it('run whatever mode they came with', async () => {
    const source = appSource({ '.sti/bin/assemble': `${scripts.assemble}echo "assemble of the source"\n` });
    chmodSync(join(source, '.sti/bin/assemble'), 0o644);
    const ended = await build('named user', { source, args });
    expect(scriptLines(ended)).toContain('assemble of the source');
  });

  it('run with Windows line endings, repaired in the copy and with a warning', async () => {
    const text = `${scripts.assemble}echo "$0 of the source"\n`;
    const source = appSource({
      '.s2i/bin/assemble': text.replaceAll('\n', '\r\n'),
      '.s2i/bin/run': scripts.run.replaceAll('\n', '\r\n'),
      'dos.txt': 'stays\r\n',
    });
    const before = folderListing(source);
    const { tag, stderr } = await build('named user', { source, args });
    expect(stderr).toMatch(/^warning: \.s2i\/bin\/assemble of the source has Windows line endings/m);
    expect(stderr).toContain('  /tmp/src/.s2i/bin/assemble of the source\n');
    expect((await runContainer({ image: tag })).stdout).toBe('running as 1001:1001\nbuild 1\nhello\n');
    const { stdout } = await runContainer({
      image: tag,
      command: ['cat', '/app/src/dos.txt', '/app/src/.s2i/bin/run'],
    });
    expect(stdout).toBe(`stays\r\n${scripts.run}`);
    expect(folderListing(source)).toEqual(before);
  });

  it('run with Windows line endings also when they are fetched', async () => {
    const fetched = appSource({ assemble: `${scripts.assemble}echo "$0"\n`.replaceAll('\n', '\r\n') });
    const ended = await build('named user', { args: [...args, '--scripts', `file://${fetched}`] });
    expect(ended.stderr).toMatch(/^warning: .*assemble has Windows line endings/m);
    expect(scriptLines(ended)).toContain('/tmp/scripts/assemble');
  });
});

describe('the processes that assemble leaves running', () => {
  it('are ended, and the build goes on at once', async () => {
    const assemble = `${scripts.assemble}sleep 300 &\nsh -c 'trap "" TERM HUP; while :; do sleep 1; echo busy > /app/busy; done' > /dev/null 2>&1 &\n`;
    const { tag, stderr } = await build({ scripts: { assemble } }, { args: ['--verbose'] });
    expect(stderr).toMatch(/^assemble +\d+ processes left running were ended$/m);
    expect((await runContainer({ image: tag })).stdout).toBe('running as 0:0\nbuild 1\nhello\n');
  });
});
