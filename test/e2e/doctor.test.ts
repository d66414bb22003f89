import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeBuilder } from '../support/builders.ts';
import { api, createContainer, inspectContainer } from '../support/engine.ts';
import { homeFor, startSti, sti, temporaryFolderOf } from '../support/sti.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

const patience = { timeout: 100_000 };

interface Report {
  readonly ok: boolean;
  readonly findings: readonly { readonly check: string; readonly verdict: string; readonly text: string }[];
}

it('a working engine fails no check, and what a dead run has left goes with --clean, and nothing else', async () => {
  const home = homeFor();
  const folder = temporaryFolderOf(home);
  const source = tempFolder();
  writeFiles(source, { 'index.html': 'hello\n' });
  const running = startSti(['build', source, await makeBuilder('long assemble')], { home });
  await running.printed('assemble started');
  const living = readdirSync(folder).find((name) => name.startsWith('sti-')) ?? '';
  // Other tests kill theirs on the same engine.
  const leftovers = async () => {
    const { findings }: Report = JSON.parse((await sti(['doctor', '--clean', '--json'], { home })).stdout);
    return findings.find(({ check }) => check === 'leftovers');
  };
  await expect.poll(leftovers, patience).toMatchObject({ verdict: 'ok' });
  expect(readdirSync(folder)).toContain(living);
  running.kill('SIGINT');
  await running.ended;
  // Of this machine, by a process that isn't there.
  const session = living.replace(/^(sti-[0-9a-f]{6})-\d+-/, '$1-4194999-');
  const container = `${session}-build-1`;
  const image = await makeBuilder('root');
  const leaveContainer = async () => {
    if ((await inspectContainer(container)) !== undefined) return;
    const id = await createContainer({ image, command: ['true'] });
    await api.call('POST', `/containers/${id}/rename?name=${container}`);
  };
  for (const name of [session, 'sti-mine']) mkdirSync(join(folder, name));

  const report = async (...args: string[]): Promise<Report> => {
    const ended = await sti(['doctor', '--json', ...args], { home });
    expect(ended, ended.stderr).toMatchObject({ exitCode: 0 });
    return JSON.parse(ended.stdout);
  };
  let found: Report = { ok: false, findings: [] };
  // Every sti that begins on this engine tidies up after the dead.
  const look = async () => {
    await leaveContainer();
    found = await report();
    return found.findings.at(-1)?.text;
  };
  await expect.poll(look, patience).toContain(container);
  const { ok, findings } = found;
  expect(ok).toBe(true);
  expect(findings[0]).toMatchObject({
    check: 'engine',
    verdict: 'ok',
    text: expect.stringContaining('DOCKER_HOST'),
  });
  expect(findings.at(-1)).toMatchObject({ check: 'leftovers', verdict: 'warn' });
  expect(findings.at(-1)?.text).toContain(session);
  const clean = async () => {
    await leaveContainer();
    return (await report('--clean')).findings.at(-1)?.text;
  };
  await expect.poll(clean, patience).toContain(container);
  const last = async () => (await report()).findings.at(-1);
  await expect.poll(last, patience).toMatchObject({ verdict: 'ok' });
  expect(await inspectContainer(container)).toBeUndefined();
  expect(readdirSync(folder)).toEqual(['sti-mine']);
});

it('an engine that is not there fails a check, and the others are made all the same', async () => {
  const ended = await sti(['doctor', '--json'], { env: { DOCKER_HOST: 'unix:///nonexistent/engine.sock' } });
  expect(ended).toMatchObject({ exitCode: 93, stderr: '' });
  const { ok, findings }: Report = JSON.parse(ended.stdout);
  expect(ok).toBe(false);
  expect(findings).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ check: 'engine', verdict: 'fail' }),
      expect.objectContaining({ check: 'git', verdict: 'ok' }),
    ]),
  );
});
