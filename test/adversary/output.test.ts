import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import pty from '@lydell/node-pty';
import { describe, expect, it } from 'vitest';
import { bundle } from '../../scripts/project.mjs';
import { makeBuilder } from '../support/builders.ts';
import { openDashboard } from '../support/dashboard.ts';
import { inspectImage, testTag } from '../support/engine.ts';
import { engineAddress } from '../support/engine-address.ts';
import { serveHttp } from '../support/http-server.ts';
import { leftBy } from '../support/leftovers.ts';
import { homeFor, startSti, sti, temporaryFolderOf } from '../support/sti.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

const secrets = {
  option: 'tr0ub4dor&3 "quoted"',
  source: 'swordfish-of-the-source',
  lines: 'first line of a key\nsecond line of a key',
};

/** Prints all that must not reach a terminal, and each secret in each way that a script might print it by accident. */
const assemble = `#!/bin/sh
printf 'plain \\303\\251 caf\\303'; sleep 0.2; printf '\\251\\n'
printf '\\033[8mhidden\\033[28m \\033[1;8;31mtoo\\033[0m\\n'
printf '\\302\\2332Jc1 \\2332Jraw \\302\\235t\\302\\234\\n'
printf '\\342\\200\\256bidi\\342\\201\\246 \\330\\234\\342\\200\\217\\n'
printf '\\033]0;title\\007\\033[2J\\033[10;10Hmoved\\033[?1049h\\033c\\b\\a\\177\\n'
echo "whole $API_TOKEN"
first=\${API_TOKEN%%dor*}
printf 'cut %s' "$first"; sleep 0.3; printf '%s\\n' "\${API_TOKEN#"$first"}"
printf 'coloured %s\\033[1m%s\\033[0m\\n' "$first" "\${API_TOKEN#"$first"}"
printf '%s' "$API_TOKEN" | base64
echo "$SOURCE_PASSWORD" >&2
echo "$PRIVATE_KEY" | sed 's/^/  /'
echo "cloning https://me:letmein-please@host.example/x?access_token=abcdefgh"
echo "the last line, $API_TOKEN" >&2
exit 3
`;
const fails = { scripts: { assemble } };

function source(): string {
  const folder = tempFolder();
  writeFiles(folder, { 'index.html': 'hello\n', '.sti/environment': `SOURCE_PASSWORD=${secrets.source}\n` });
  return folder;
}

const withSecrets = ['-e', `API_TOKEN=${secrets.option}`, '-e', `PRIVATE_KEY=${secrets.lines}`];
const forbidden = /[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

function expectNoSecret(text: string): void {
  const base64 = Buffer.from(secrets.option).toString('base64').slice(0, -3);
  const inJson = JSON.stringify(secrets.option).slice(1, -1);
  const parts = [secrets.option, inJson, base64, secrets.source, ...secrets.lines.split('\n'), 'letmein', 'abcdefgh'];
  for (const part of [...parts, 'dor&3']) expect(text).not.toContain(part);
}

describe('what a hostile script prints', () => {
  it.each<[string, string[], Record<string, string>]>([
    ['lines', [], {}],
    ['coloured lines', [], { FORCE_COLOR: '1' }],
    ['quiet lines', ['-q'], {}],
    ['all the lines', ['--verbose'], { FORCE_COLOR: '1' }],
    ['events', ['--progress', 'json'], {}],
  ])('is harmless and without secrets as %s', async (_face, args, env) => {
    const { stdout, stderr, exitCode } = await sti(
      ['build', source(), await makeBuilder(fails), testTag('output'), ...withSecrets, ...args],
      { env },
    );
    expect(exitCode).toBe(60);
    const all = stdout + stderr;
    expect(all).toContain('the last line, ***');
    expectNoSecret(all);
    expect(all).not.toMatch(forbidden);
    expect(all.replace(/\x1b\[[\d;:]*m/g, '')).not.toContain('\x1b');
    expect(all).not.toMatch(/\x1b\[(?:[\d;]*;)?0*8(?:;[\d;]*)?m/);
    if (!args.includes('-q')) expect(all).toContain('plain é café');
  });

  it('is all there in the events, for programs', async () => {
    const { stdout } = await sti(['build', source(), await makeBuilder(fails), ...withSecrets, '--progress', 'json']);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line): { type: string; text?: string; stream?: string } => JSON.parse(line));
    const text = (stream: string) =>
      events.flatMap((event) => (event.type === 'log' && event.stream === stream ? [event.text] : [])).join('');
    expect(text('stdout')).toContain('\x1b[8mhidden\x1b[28m');
    expect(text('stdout')).toContain('\u009b2Jc1 \ufffd2Jraw');
    expect(text('stderr')).toBe('***\nthe last line, ***\n');
  });

  it('has its last line last where people read it', async () => {
    const { stderr } = await sti(['build', source(), await makeBuilder(fails), ...withSecrets]);
    const [, closing = ''] = stderr.split('Last lines of its output:\n');
    expect(closing).toMatch(/access_token=\*\*\*\n {2}the last line, \*\*\*\n/);
  });

  it('reaches the callback as plain text without secrets', async () => {
    const bodies: string[] = [];
    const url = await serveHttp(async (request, response) => {
      let body = '';
      for await (const chunk of request.setEncoding('utf8')) body += chunk;
      bodies.push(body);
      response.end();
    });
    await sti(['build', source(), await makeBuilder(fails), ...withSecrets, '--callbackUrl', url]);
    const [body = '{}'] = bodies;
    const { payload } = JSON.parse(body);
    expect(payload).toContain('plain é café\nhidden too\n');
    expectNoSecret(body + payload);
    expect(payload).not.toMatch(forbidden);
    expect(payload).not.toContain('\x1b');
  });

  it('is harmless and without secrets in the dashboard', async () => {
    const home = homeFor();
    const env = { PATH: process.env['PATH'], HOME: home, TMPDIR: temporaryFolderOf(home), DOCKER_HOST: engineAddress };
    const words = [bundle, 'build', '--ui', source(), await makeBuilder(fails), ...withSecrets];
    const terminal = { cols: 160, rows: 45, cwd: home, env: { ...env, TERM: 'xterm-256color', LANG: 'C.UTF-8' } };
    const begun = pty.spawn(process.execPath, words, terminal);
    let drawn = '';
    begun.onData((data) => {
      drawn += data;
    });
    const ended = new Promise<number>((resolve) => begun.onExit(({ exitCode }) => resolve(exitCode)));
    await expect.poll(() => drawn, { timeout: 60_000 }).toContain('the last line, ***');
    await expect.poll(() => drawn, { timeout: 60_000 }).toContain('build failed');
    begun.write('q');
    expect(await ended).toBe(60);
    expectNoSecret(drawn);
    expect(drawn).not.toContain(']0;title');
    expect(drawn).not.toMatch(/[\u0080-\u009f\u202a-\u202e\u2066-\u2069\u200f\u061c]/);
    expect(drawn).not.toMatch(/\x1b\[(?:[\d;]*;)?8m/);
  });
});

/** Runs sti with this file as its stdout; resolves to what it printed on stderr. */
async function printInto(file: string, args: readonly string[]) {
  const home = homeFor();
  const output = openSync(file, 'w');
  const { PATH } = process.env;
  const env = { PATH, HOME: home, TMPDIR: temporaryFolderOf(home), DOCKER_HOST: engineAddress };
  const child = spawn(process.execPath, [bundle, ...args], { cwd: home, env, stdio: ['ignore', output, 'pipe'] });
  closeSync(output);
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [exitCode] = await once(child, 'close');
  return { exitCode, stderr, left: await leftBy(child.pid ?? -1, { folders: [temporaryFolderOf(home)] }) };
}

describe('an output that takes nothing', () => {
  const full = /^Error: .*stdout.*ENOSPC/m;

  it('loses the image id of a quiet build, which says so and does not end with 0', async () => {
    const tag = testTag('full');
    const { exitCode, stderr } = await printInto('/dev/full', [
      'build',
      '-q',
      source(),
      await makeBuilder('root'),
      tag,
    ]);
    expect(exitCode).toBe(74);
    expect(stderr).toMatch(full);
    expect(await inspectImage(tag)).toBeDefined();
  });

  it('ends a build whose events are lost, and leaves nothing', async () => {
    const words = ['build', '--progress', 'json', source(), await makeBuilder('root'), testTag('full')];
    const { exitCode, stderr, left } = await printInto('/dev/full', words);
    expect({ exitCode, left }).toEqual({ exitCode: 74, left: [] });
    expect(stderr.match(new RegExp(full, 'gm'))).toHaveLength(1);
  });

  it.each([['--help'], ['version']])('makes sti %s fail', async (word) => {
    expect(await printInto('/dev/full', [word])).toMatchObject({ exitCode: 74, stderr: expect.stringMatching(full) });
  });
});

describe('a crash of sti', () => {
  /** Throws where nobody catches it, when a signal says so. */
  const crash = 'process.on("SIGUSR2",()=>{throw new Error("boom tr0ub4dor&3 boom")})';
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(crash)}` };

  it('gives the terminal back, says why there, and leaves no container', async () => {
    const dashboard = await openDashboard({ 'index.html': 'one' }, env);
    await dashboard.shows('● serving');
    dashboard.kill('SIGUSR2');
    await dashboard.shows('ended with 70');
    expect(dashboard.screen()).toContain('Error: boom');
    await dashboard.expectLeft();
  });

  it('keeps the promises of any end: build-finished, the callback, nothing left, no secrets', async () => {
    const bodies: string[] = [];
    const url = await serveHttp(async (request, response) => {
      let body = '';
      for await (const chunk of request.setEncoding('utf8')) body += chunk;
      bodies.push(body);
      response.end();
    });
    const builder = await makeBuilder({ scripts: { assemble: '#!/bin/sh\necho at work\nsleep 600\n' } });
    const words = ['build', source(), builder, '--progress', 'json', '--callbackUrl', url, '-e', 'TOKEN=tr0ub4dor&3'];
    const running = startSti(words, { env });
    await running.printed('at work');
    process.kill(running.pid, 'SIGUSR2');
    const { exitCode, stdout, stderr } = await running.ended;
    expect(exitCode).toBe(70);
    expect(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      type: 'build-finished',
      outcome: { ok: false, error: { code: 'bug', message: 'boom *** boom', exitCode: 70 } },
    });
    expect(bodies.map((body) => JSON.parse(body))).toMatchObject([{ success: false, error: { code: 'bug' } }]);
    expect(stdout + stderr + bodies.join('')).not.toContain('tr0ub4dor');
    expect(await leftBy(running.pid, { folders: [temporaryFolderOf(running.home)] })).toEqual([]);
  });
});
