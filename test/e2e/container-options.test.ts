import { describe, expect, it } from 'vitest';
import { build, isIncremental, tryBuild } from '../support/app-build.ts';
import { type Builder, builders } from '../support/builders.ts';
import { failureOf, printedBy, scriptLines, summaryOf } from '../support/dev-events.ts';
import { inspectImage } from '../support/engine.ts';

/** Says what it sees in both kinds of containers that scripts of a build run in. */
function saying(command: string): Builder {
  const say = (who: string, where: string) => `#!/bin/sh\necho "${who}: $(${command})" ${where}\n`;
  return { scripts: { assemble: say('assemble', ''), 'save-artifacts': say('save', '>&2') } };
}

/** What assemble and save-artifacts of a second build say. */
async function said(command: string, args: readonly string[]): Promise<string[]> {
  const builder = saying(command);
  const { tag } = await build(builder, { args });
  return scriptLines(await build(builder, { tag, args })).sort();
}

describe('the containers of a build', () => {
  it('are in the network of --network', async () => {
    const seen = await said('ls /sys/class/net | grep -vc "^lo$"', ['--network', 'none']);
    expect(seen).toEqual(['assemble: 0', 'save: 0']);
  });

  it('fail with the name of a network that is not there, and nothing is made', async () => {
    const ended = await tryBuild('root', { args: ['--network', 'sti-no-such-network'] });
    const message = expect.stringContaining('sti-no-such-network');
    expect(failureOf(ended)).toMatchObject({ code: 'engine-failed', message });
    expect(await inspectImage(ended.tag)).toBeUndefined();
  });

  it('know the hosts of --add-host', async () => {
    const hosts = ['--add-host', 'db.local:10.0.0.7', '--add-host', 'six:fd00::6,seven:10.0.0.8'];
    const seen = await said('grep -cE "^(10.0.0.[78]|fd00::6)" /etc/hosts', hosts);
    expect(seen).toEqual(['assemble: 3', 'save: 3']);
  });

  it('are without the capabilities of --cap-drop', async () => {
    const seen = await said('grep CapEff /proc/self/status | grep -c 0000000000000000', ['--cap-drop', 'ALL']);
    expect(seen).toEqual(['assemble: 1', 'save: 1']);
  });
});

describe('--allowed-uids', () => {
  const args = ['-u', '1000-1999,4711'];

  it('lets a number of the ranges assemble', async () => {
    expect(printedBy(await build('numeric user', { args }))).toContain('assembling as 4711:0');
    const owned = { user: { name: 'app', uid: 1001, gid: 1001 } };
    const named = await build(owned, { args: [...args, '--assemble-user', '1001'] });
    expect(printedBy(named)).toContain('assembling as 1001:');
  });

  it.each<[string, Builder, readonly string[], string]>([
    ['root, when the image has no USER', {}, [], 'root'],
    ['a name, which may be anybody', builders['named user'], [], '"app"'],
    ['another number', { user: { name: '7:7', uid: 7, gid: 7 } }, [], '"7:7"'],
    ['what --assemble-user names', builders['numeric user'], ['--assemble-user', '0'], 'runs assemble as "0"'],
    [
      'the user of a label',
      { ...builders['numeric user'], labels: { 'io.openshift.s2i.assemble-user': '8' } },
      [],
      '"8"',
    ],
    ['what ONBUILD switches to', { ...builders['numeric user'], onBuild: ['USER root'] }, [], 'ONBUILD USER root'],
  ])('refuses %s before a container is made', async (_, builder, more, named) => {
    const ended = await tryBuild(builder, { args: [...args, ...more] });
    const { code, message } = failureOf(ended);
    expect(code).toBe('builder');
    expect(message).toContain(named);
    expect(message).toContain('--allowed-uids 1000-1999,4711');
    expect(printedBy(ended)).toBe('');
    expect(await inspectImage(ended.tag)).toBeUndefined();
  });

  it('runs no save-artifacts of a previous image that has another user', async () => {
    const { tag } = await build('root');
    const ended = await build('numeric user', { tag, args });
    expect(isIncremental(ended)).toBe(false);
    for (const named of [tag, '--allowed-uids']) expect(summaryOf(ended, 'artifacts')).toContain(named);
  });
});
