import { readdirSync, readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appSource, build, imageOf, succeeded, tryBuild } from '../support/app-build.ts';
import { makeBuilder } from '../support/builders.ts';
import { failureOf, scriptLines, wayInOf } from '../support/dev-events.ts';
import { inspectImage, testTag } from '../support/engine.ts';
import { engineAddress } from '../support/engine-address.ts';
import { leftBy } from '../support/leftovers.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';
import { homeFor, startSti, temporaryFolderOf } from '../support/sti.ts';
import { tempFolderOfFile } from '../support/temp.ts';

let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd(tempFolderOfFile(), engineAddress);
});
afterAll(() => sshd.stop());

const { PATH = '' } = process.env;
const through = () => ({ DOCKER_HOST: sshd.address, PATH: [sshd.bin, PATH].join(delimiter) });

/** Whether a connection of a run is still there, after it had time to go. */
async function isConnected(): Promise<boolean> {
  const port = sshd.address.replace(/^.*:/, '');
  for (const deadline = Date.now() + 5_000; Date.now() < deadline; await sleep(50)) {
    const left = readdirSync('/proc').filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return words.includes('dial-stdio') && words.includes(port);
      } catch {
        return false;
      }
    });
    if (left.length === 0) return false;
  }
  return true;
}

describe('an engine behind ssh', () => {
  it('builds as one on this machine does, incrementally too, and no connection is left', async () => {
    const env = through();
    const first = succeeded(await build('named user', { env, args: ['--verbose'] }));
    expect(wayInOf(first)).toBe('stream');
    const second = succeeded(await build('named user', { env, tag: first.tag, args: ['--verbose'] }));
    expect(wayInOf(second)).toBe('upload');
    expect(scriptLines(second)).toContain('artifacts of build 1 restored');
    const direct = await build('named user');
    const { Config } = await imageOf(direct.tag);
    expect((await imageOf(second.tag)).Config).toMatchObject({ Cmd: Config.Cmd, Env: Config.Env, User: Config.User });
    expect(await isConnected()).toBe(false);
  });

  it('is left with nothing after SIGKILL, which ends the connections that keep containers alive', async () => {
    const home = homeFor();
    const tag = testTag('ssh');
    const words = ['build', appSource(), await makeBuilder('long assemble'), tag];
    const running = startSti(words, { home, env: through() });
    await running.printed('assemble started');
    running.kill('SIGKILL');
    await running.ended;
    expect(await leftBy(running.pid, { folders: [temporaryFolderOf(home)], within: 15_000 })).toEqual([]);
    expect(await inspectImage(tag)).toBeUndefined();
    expect(await isConnected()).toBe(false);
  });

  it('that cannot be reached fails with the words of ssh, and with what to try', async () => {
    const env = { ...through(), DOCKER_HOST: sshd.address.replace('ssh://', 'ssh://nobody-').replace(/@/, '-x@') };
    const ended = await tryBuild('root', { env });
    const { code, message, hint } = failureOf(ended);
    expect(code).toBe('engine-unreachable');
    expect(message).toContain(env.DOCKER_HOST);
    expect(message).toContain('Permission denied');
    expect(hint).toContain(`DOCKER_HOST=${env.DOCKER_HOST} docker version`);
  });
});
