import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { transportNames } from '../../source/build/request.ts';
import { appSource, build, imageOf, tryBuild } from '../support/app-build.ts';
import * as scripts from '../support/builder-scripts.ts';
import { type Builder, makeBuilder } from '../support/builders.ts';
import { eventsOf, failureOf, scriptLines, warningsOf } from '../support/dev-events.ts';
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

describe('assemble that fails', () => {
  it('ends the build with its exit code, its last 20 lines and the tag as it was', async () => {
    const { tag } = await build(failing);
    const before = await imageOf(tag);
    const ended = await tryBuild(failing, { tag, args: ['-e', 'FAIL=1'] });
    expect(ended.exitCode).toBe(60);
    expect(failureOf(ended)).toMatchObject({
      code: 'assemble',
      message: expect.stringContaining('42'),
      lastLines: [...Array.from({ length: 19 }, (_, index) => `${index + 12}`), 'the reason'],
      tagKept: tag,
    });
    expect((await imageOf(tag)).Id).toBe(before.Id);
  });

  it('makes no tag where there was none', async () => {
    const tag = testTag('never-made');
    const ended = await tryBuild(failing, { tag, args: ['-e', 'FAIL=1'] });
    expect(failureOf(ended)).toMatchObject({ code: 'assemble', tagKept: null });
    expect(await inspectImage(tag)).toBeUndefined();
  });

  it('is said to have run out of memory when the kernel killed it for that', async () => {
    const builder = waiting('head -c 200m /dev/zero | tail > /dev/null');
    const image = await makeBuilder(builder);
    const sti = startSti(['build', appSource(), image, testTag('out-of-memory'), '--progress', 'json']);
    await sti.printed('waiting');
    const container = await runningContainerOf(image);
    const limit = 30 * 1024 ** 2;
    await api.call('POST', `/containers/${container}/update`, { body: { Memory: limit, MemorySwap: limit } });
    await letGo(container);
    const failure = failureOf(await sti.ended);
    expect(failure).toMatchObject({ code: 'assemble', message: expect.stringMatching(/memory.*137/) });
  });

  it('is said to have been ended by a signal', async () => {
    const ended = await tryBuild({ scripts: { assemble: '#!/bin/sh\nkill -9 $$\n' } });
    const message = expect.stringMatching(/137.*signal 9/);
    expect(failureOf(ended)).toMatchObject({ code: 'assemble', message });
  });

  it.each([
    ['an interpreter that is not there', '#!/no/such/interpreter\necho never\n'],
    ['a program that is not there', '#!/bin/sh\nno-such-program\n'],
  ])('because of %s points at the interpreter and the programs', async (_, assemble) => {
    const ended = await tryBuild({ scripts: { assemble } });
    const { code, message, hint, lastLines } = failureOf(ended);
    expect(code).toBe('assemble');
    expect(message).toContain('127');
    expect(hint).toBeDefined();
    expect(lastLines.join('\n')).toMatch(/no-such-program|no\/such\/interpreter|assemble: not found/);
  });
});

describe('the output of assemble', () => {
  it('is shown while assemble still runs', async () => {
    const image = await makeBuilder(waiting('echo released'));
    const sti = startSti(['build', appSource(), image, testTag('live'), '--progress', 'json']);
    await sti.printed('waiting');
    expect(sti.output().stdout).not.toContain('released');
    await letGo(await runningContainerOf(image));
    const ended = await sti.ended;
    expect(ended.exitCode).toBe(0);
    expect(scriptLines(ended)).toEqual(['waiting', 'released']);
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
    const built = await build('named user', { source, args });
    expect(warningsOf(built)).toContain('.s2i/bin/assemble');
    expect(scriptLines(built)).toContain('/tmp/src/.s2i/bin/assemble of the source');
    const { tag } = built;
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
    expect(warningsOf(ended)).toContain(`${fetched}/assemble`);
    expect(scriptLines(ended)).toContain('/tmp/scripts/assemble');
  });
});

describe('the processes that assemble leaves running', () => {
  it('are ended, and the build goes on at once', async () => {
    const assemble = `${scripts.assemble}sleep 300 &\nsh -c 'trap "" TERM HUP; while :; do sleep 1; echo busy > /app/busy; done' > /dev/null 2>&1 &\n`;
    const built = await build({ scripts: { assemble } }, { args: ['--verbose'] });
    expect(eventsOf(built, 'status', { step: 'assemble', text: /^[1-9]\d* / })).toHaveLength(1);
    expect((await runContainer({ image: built.tag })).stdout).toBe('running as 0:0\nbuild 1\nhello\n');
  });
});
