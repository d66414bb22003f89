import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { build, tryBuild } from '../support/app-build.ts';
import { type Builder, makeBuilder } from '../support/builders.ts';
import { inspectImage, testTag } from '../support/engine.ts';
import { leftBy } from '../support/leftovers.ts';
import { siteBuilder } from '../support/site-builder.ts';
import { homeFor, startSti, temporaryFolderOf } from '../support/sti.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

const running = (run: string): Builder => ({ scripts: { run: `#!/bin/sh\n${run}` } });

/** A site that runs attached. */
async function serve(args: readonly string[] = []) {
  const source = tempFolder();
  writeFiles(source, { 'index.html': 'hello\n' });
  const home = homeFor();
  const tag = testTag('run');
  const builder = await makeBuilder({ ...siteBuilder, exposedPorts: ['8080/tcp'] });
  const sti = startSti(['build', source, builder, tag, '--run', '--progress', 'json', ...args], { home });
  await sti.printed('"type":"run-started"');
  const event: { ports: readonly { container: number; address: string }[] } = JSON.parse(
    sti
      .output()
      .stdout.split('\n')
      .find((line) => line.includes('"run-started"')) ?? '',
  );
  return { sti, tag, ports: event.ports, folders: [temporaryFolderOf(home)] };
}

/** Again until the application listens. */
async function answerOf(address: string): Promise<string> {
  for (;;) {
    const answer = await new Promise<string | undefined>((resolve) => {
      get(`http://${address}/`, (response) => void text(response).then(resolve)).on('error', () => resolve(undefined));
    });
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('sti build --run', () => {
  it('prints what the application prints, each stream as its own, and ends with its exit code', async () => {
    const ended = await tryBuild(running('echo to-stdout\necho to-stderr >&2\nprintf no-newline\nexit 7\n'), {
      args: ['--run', '--progress', 'plain'],
    });
    expect(ended.exitCode).toBe(7);
    expect(ended.stdout.split('\n').slice(1)).toEqual(['to-stdout', 'no-newline', '']);
    expect(ended.stderr).toContain('\nto-stderr\n');
    expect(await inspectImage(ended.tag)).toBeDefined();
  });

  it('is done when the application is, and leaves no container', async () => {
    const home = homeFor();
    const builder = await makeBuilder(running('echo done\n'));
    const source = tempFolder();
    const sti = startSti(['build', source, builder, '--run', '-q'], { home });
    expect(await sti.ended).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^sha256:\w+\ndone\n$/) });
    expect(await leftBy(sti.pid, { folders: [temporaryFolderOf(home)], within: 0 })).toEqual([
      expect.stringMatching(/^image /),
    ]);
  });

  it('publishes the exposed ports, says where, and runs until it is asked to end', async () => {
    const { sti, ports, folders } = await serve();
    expect(ports).toEqual([{ container: 8080, address: expect.stringMatching(/^127\.0\.0\.1:\d+$/) }]);
    expect(await answerOf(ports[0]?.address ?? '')).toBe('hello\n');
    sti.kill('SIGINT');
    const ended = await sti.ended;
    expect(ended.exitCode).toBe(130);
    const last: unknown = JSON.parse(ended.stdout.trimEnd().split('\n').at(-1) ?? '');
    expect(last).toMatchObject({ type: 'run-finished', exitCode: null, error: { code: 'cancelled' } });
    expect(await leftBy(sti.pid, { folders, within: 0 })).toEqual([]);
  });

  it('gives the application its stop signal, and waits for what it does then', async () => {
    const home = homeFor();
    const run = `trap 'echo "put away"; exit 0' TERM\necho ready\nwhile :; do sleep 0.1; done\n`;
    const builder = await makeBuilder(running(run));
    const sti = startSti(['build', tempFolder(), builder, testTag('run'), '--run'], { home });
    await sti.printed('\nready\n');
    sti.kill('SIGTERM');
    const ended = await sti.ended;
    expect(ended.exitCode).toBe(143);
    expect(ended.stdout).toContain('put away\n');
  });

  it('is gone even when sti is killed', async () => {
    const { sti, folders } = await serve();
    sti.kill('SIGKILL');
    await sti.ended;
    expect(await leftBy(sti.pid, { folders })).toEqual([]);
  });

  it('masks a secret value in what the application prints', async () => {
    const args = ['--run', '-e', 'API_TOKEN=a-value-nobody-sees'];
    const { stdout } = await build(running('echo "token $API_TOKEN"\n'), { args });
    expect(stdout).toContain('token ');
    expect(stdout).not.toContain('a-value-nobody-sees');
  });

  it('runs nothing that was not built, and tells an application that can not start', async () => {
    const failed = await tryBuild('failing assemble', { args: ['--run', '--progress', 'json'] });
    expect(failed.exitCode).toBe(60);
    expect(failed.stdout).not.toContain('run-');
    const unstarted = await tryBuild({ entrypoint: ['/no/such/program'] }, { args: ['--run'] });
    expect(unstarted.exitCode).toBe(91);
    expect(await inspectImage(unstarted.tag)).toBeDefined();
  });
});
