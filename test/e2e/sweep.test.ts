import { spawnSync } from 'node:child_process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { formatSessionId, machineHash } from '../../source/build/workspace/id.ts';
import { describeHost } from '../../source/cli/wiring/host.ts';
import { build } from '../support/app-build.ts';
import { makeBuilder } from '../support/builders.ts';
import { api, inspectContainer, removeImage } from '../support/engine.ts';

/** A container that was created, never started, and has no folder in TMPDIR. */
async function orphan(machine: string, pid: number): Promise<string> {
  const random = Math.random().toString(16).slice(2, 6).padEnd(4, '0');
  const name = `${formatSessionId({ machine, pid, birth: 'beef', random })}-build-1`;
  const body = { Image: await makeBuilder('root'), Cmd: ['/bin/sh'] };
  const { Id } = await api.json<{ Id: string }>('POST', `/containers/create?name=${name}`, { body });
  onTestFinished(async () => {
    await api.call('DELETE', `/containers/${Id}?force=1`).catch(() => {});
  });
  return Id;
}

describe('a build', () => {
  it('removes the containers of dead sessions of this machine, and no others', async () => {
    const machine = machineHash((await describeHost()).identity);
    const { pid: dead = 0 } = spawnSync(process.execPath, ['-e', '']);
    const gone = await orphan(machine, dead);
    const ofAnEarlierProcess = await orphan(machine, process.pid);
    const ofAnotherMachine = await orphan('ffffff', dead);
    const { tag } = await build('no save-artifacts');
    await removeImage(tag);
    expect(await inspectContainer(gone)).toBeUndefined();
    expect(await inspectContainer(ofAnEarlierProcess)).toBeUndefined();
    expect(await inspectContainer(ofAnotherMachine)).toBeDefined();
  });
});
