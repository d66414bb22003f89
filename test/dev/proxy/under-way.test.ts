import { describe, expect, it } from 'vitest';
import { ask, gate, openProxy, RawClient, startApp } from '../../support/proxy.ts';

/** An app that answers with its name when the gate opens, and counts what it runs. */
async function startSlow(name: string) {
  const may = gate();
  const runs: string[] = [];
  const asked = gate();
  const app = await startApp(name, (request, answer) => {
    request.resume();
    runs.push(`${request.method} ${request.url}`);
    asked.open();
    void may.opened.then(() => answer.end(name));
  });
  return { ...app, runs, asked: asked.opened, answer: may.open };
}

describe('a request under way at a switch', () => {
  it.each(['GET', 'POST'])(
    '%s is finished by the old version, over any number of switches, and run once',
    async (method) => {
      const one = await startSlow('one');
      const proxy = await openProxy();
      proxy.switchTo(one.upstream);
      const answer = ask(proxy.port, '/slow', { method, body: method === 'POST' ? 'body' : '' });
      await one.asked;
      const others = [await startSlow('two'), await startSlow('three')];
      for (const { upstream } of others) proxy.switchTo(upstream);
      one.answer();
      expect(await answer).toEqual({ status: 200, body: 'one' });
      expect(one.runs).toEqual([`${method} /slow`]);
      expect(others.map(({ runs }) => runs)).toEqual([[], []]);
    },
  );

  it('keeps no version but the one that has it', async () => {
    const [one, two, three] = [await startSlow('one'), await startApp('two'), await startApp('three')];
    const proxy = await openProxy();
    proxy.switchTo(one.upstream);
    const answer = ask(proxy.port);
    await one.asked;
    proxy.switchTo(two.upstream);
    expect(await ask(proxy.port)).toMatchObject({ body: 'two' });
    proxy.switchTo(three.upstream);
    await proxy.drained(two.upstream);
    one.answer();
    expect(await answer).toMatchObject({ body: 'one' });
    await proxy.drained(one.upstream);
  });

  it('is finished also when its answer is to a client that has closed its side', async () => {
    const one = await startSlow('one');
    Object.assign(one.server, { httpAllowHalfOpen: true });
    const proxy = await openProxy();
    proxy.switchTo(one.upstream);
    const client = await RawClient.to(proxy.port);
    client.socket.end('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await one.asked;
    proxy.switchTo((await startApp('two')).upstream);
    one.answer();
    expect(await client.ended()).toMatch(/one$/);
  });
});
