import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Gate } from '../../source/build/container/gate.ts';
import type { Engine } from '../../source/engine/engine.ts';
import { makeBuilder } from '../support/builders.ts';
import { testName } from '../support/engine.ts';
import { engineAddress } from '../support/engine-address.ts';
import { connect } from '../support/engine-fixtures.ts';
import { startFalseEngine } from '../support/false-engine.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await connect(engineAddress);
});
afterAll(() => engine.close());

/** A gated container of user 1001 with a volume at /tmp, as builds have it where there is no bind mount. */
async function open(base: 'busybox' | 'dash'): Promise<Gate> {
  const image = await makeBuilder({ base, user: { name: 'app', uid: 1001, gid: 1001 } });
  const mounts = [{ type: 'volume', target: '/tmp' }] as const;
  const standby = await Gate.start(engine, { name: testName('gate'), image, user: '', env: [], mounts });
  onTestFinished(async () => {
    standby.discard();
    await engine.waitRemoved(standby.id);
  });
  await standby.ready;
  return standby;
}

async function sh({ id }: Gate, script: string, user = ''): Promise<string> {
  const { exitCode, output } = await engine.exec(id, { command: ['/bin/sh', '-c', script], user });
  if (exitCode !== 0) throw new Error(output);
  return output;
}

const contentOf = (standby: Gate, path: string) => sh(standby, `cat "${path}"`);

describe('a container that says nothing', () => {
  it('is given up when the engine says that it has started it, and has not', async () => {
    const door = await startFalseEngine(/^POST .*\/start/, (socket) => {
      socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n');
    });
    const behindDoor = await connect(door.address);
    onTestFinished(() => behindDoor.close());
    const spec = { name: testName('gate'), image: await makeBuilder('root'), user: '', env: [], mounts: [] };
    const gate = await Gate.start(behindDoor, spec, 200);
    onTestFinished(() => engine.removeContainer(gate.id));
    await expect(gate.ready).rejects.toMatchObject({
      code: 'engine-failed',
      message: expect.stringMatching(new RegExp(`engine at ${door.address} .* does not run`)),
    });
  });
});

describe.each(['busybox', 'dash'] as const)('the gate of a %s container', (base) => {
  it('puts content into files of its user, several at once and one after another', async () => {
    const standby = await open(base);
    await sh(standby, 'mkdir /tmp/src && echo a >/tmp/src/a && echo b >"/tmp/src/b b" && chmod 600 "/tmp/src/b b"');
    const large = 'line of text \\ é\n'.repeat(800);
    const files = { '/tmp/src/a': large, '/tmp/src/b b': '' };
    const put = Object.entries(files).map(([path, content]) => ({ path, content: Buffer.from(content) }));
    expect(await standby.put(put)).toBe(true);
    expect(await contentOf(standby, '/tmp/src/a')).toBe(large);
    expect(await contentOf(standby, '/tmp/src/b b')).toBe('');
    expect((await engine.statPath(standby.id, '/tmp/src/b b'))?.mode).toBe(0o600);
    expect(await standby.put([{ path: '/tmp/src/b b', content: Buffer.from('new') }])).toBe(true);
    expect(await contentOf(standby, '/tmp/src/b b')).toBe('new');
  });

  it('says when it could not write, and goes on', async () => {
    const standby = await open(base);
    await sh(standby, 'echo old >/tmp/read-only && chmod 444 /tmp/read-only');
    const content = Buffer.from('new');
    expect(await standby.put([{ path: '/tmp/read-only', content }])).toBe(false);
    expect(await standby.put([{ path: '/tmp/missing', content }])).toBe(false);
    expect(await contentOf(standby, '/tmp/read-only')).toBe('old\n');
    expect(await standby.list('/tmp')).toEqual(['/tmp/read-only']);
  });

  it('clears what is its own, and stops at what it may not remove', async () => {
    const standby = await open(base);
    await sh(standby, 'mkdir -p /tmp/src/sub /tmp/.s2i && echo x >/tmp/src/sub/x');
    await sh(standby, 'mkdir /tmp/artifacts && echo x >/tmp/artifacts/of-root', '0');
    expect(await standby.clear(['/tmp/src', '/tmp/scripts', '/tmp/artifacts', '/tmp/.s2i'])).toBe(false);
    expect(await standby.list('/tmp')).toEqual(['/tmp/artifacts', '/tmp/.s2i']);
    expect(await standby.clear(['/tmp/.s2i'])).toBe(true);
    expect(await standby.list('/tmp')).toEqual(['/tmp/artifacts']);
  });
});
