import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Engine } from '../../source/engine/engine.ts';
import { createCall } from '../../source/engine/http/call.ts';
import { usualLimits } from '../../source/engine/http/limits.ts';
import { connect, create, type Fixture, gather, openEngine } from '../support/engine-fixtures.ts';
import { startEngineProxy } from '../support/engine-proxy.ts';
import type { Relay } from '../support/relay.ts';

describe('an engine that is lost in the middle of a call', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await openEngine('docker');
  });
  afterAll(() => fixture.close());

  /** The same engine behind a proxy, and a container that runs until it is killed. */
  async function throughProxy(command = 'sleep 100'): Promise<{ engine: Engine; proxy: Relay; id: string }> {
    const proxy = await startEngineProxy('unix', { address: fixture.address });
    const engine = await connect(proxy.address);
    onTestFinished(() => engine.close());
    const id = await create(fixture, command);
    return { engine, proxy, id };
  }

  const lost = { code: 'engine-lost' };

  it('ends a wait whose answer had begun', async () => {
    const { engine, proxy, id } = await throughProxy();
    await engine.start(id);
    const waiting = engine.wait(id);
    setTimeout(() => proxy.cut(), 200);
    await expect(waiting).rejects.toMatchObject(lost);
    await expect(engine.ping()).rejects.toMatchObject(lost);
  });

  it('ends the output of an attachment', async () => {
    const { engine, proxy, id } = await throughProxy('echo begun; sleep 100');
    const { output, stdin } = await engine.attach(id);
    await engine.start(id);
    setTimeout(() => proxy.cut(), 500);
    expect(await gather(output)).toEqual({ stdout: 'begun\n', stderr: '' });
    stdin.write('nobody reads this');
    await sleep(50);
  });

  it('ends an exec, and does not take it for finished', async () => {
    const { engine, proxy, id } = await throughProxy();
    await engine.start(id);
    setTimeout(() => proxy.cut(), 500);
    await expect(engine.exec(id, { command: ['sleep', '50'] })).rejects.toMatchObject(lost);
  });

  it('ends the reading of an archive', async () => {
    const { engine, proxy, id } = await throughProxy('head -c 50000000 /dev/zero > /data/zeros');
    await engine.start(id);
    await engine.wait(id);
    const archive = await engine.getArchive(id, '/data/zeros');
    const reading = (async () => {
      for await (const _ of archive ?? []) {
        void proxy.cut();
        await sleep(1);
      }
    })();
    await expect(reading).rejects.toMatchObject(lost);
  });

  it('lets a caller give up on an engine that does not answer any more', async () => {
    const { engine, proxy, id } = await throughProxy();
    await engine.start(id);
    proxy.freeze();
    const reason = new Error('the reason');
    const controller = new AbortController();
    const calls = [
      engine.wait(id, controller.signal),
      engine.inspectImage(fixture.image, controller.signal),
      engine.ping(controller.signal),
      engine.attach(id, controller.signal),
    ];
    setTimeout(() => controller.abort(reason), 100);
    for (const result of await Promise.allSettled(calls)) {
      expect(result).toEqual({ status: 'rejected', reason });
    }
  });

  it('ends the calls that are still open when it is closed', async () => {
    const { engine, id } = await throughProxy();
    await engine.start(id);
    const waiting = engine.wait(id);
    const { output } = await engine.attach(id);
    setTimeout(() => engine.close(), 100);
    await expect(waiting).rejects.toMatchObject(lost);
    await gather(output).catch((error) => expect(error).toMatchObject(lost));
  });
});

describe('a call', () => {
  const call = createCall('unix:///engine.sock', { ...usualLimits, short: 20 });
  const forever = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

  it('reports an engine that does not answer within its limit as lost', async () => {
    await expect(call({ operation: 'answer' }, forever)).rejects.toMatchObject({
      code: 'engine-lost',
      message: 'the engine at unix:///engine.sock does not answer: it did not answer within 0.02 seconds',
    });
  });

  it('does not begin when its signal is aborted already', async () => {
    let begun = false;
    const signal = AbortSignal.abort(new Error('before'));
    const calling = call({ operation: 'begin', signal }, async () => {
      begun = true;
    });
    await expect(calling).rejects.toThrow('before');
    expect(begun).toBe(false);
  });

  it('leaves a bug of our own what it is', async () => {
    const bug = new TypeError('undefined is not a function');
    await expect(call({ operation: 'work' }, () => Promise.reject(bug))).rejects.toBe(bug);
  });
});
