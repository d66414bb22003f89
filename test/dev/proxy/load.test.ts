import { Agent } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type App, ask, openProxy, type Question, startApp } from '../../support/proxy.ts';

const switches = 20;
const requestsPerClient = 125;

/** Answers in all the ways whose ends have to be known, some of them slowly. */
function startVersion(number: number): Promise<App> {
  return startApp(String(number), (asked, answer) => {
    const name = `version ${number}`;
    asked.resume();
    if (asked.url === '/chunks') {
      answer.write('version ');
      setTimeout(() => answer.end(String(number)), 5);
    } else if (asked.url === '/slow') setTimeout(() => answer.end(name), 10);
    else if (asked.url === '/last') answer.setHeader('Connection', 'close').end(name);
    else answer.setHeader('Content-Length', name.length).end(name);
  });
}

const questions: [string, Question][] = [
  ['/', {}],
  ['/chunks', {}],
  ['/slow', {}],
  ['/', { method: 'POST', body: 'x'.repeat(100_000) }],
  ['/last', {}],
  ['/', { method: 'POST', headers: { 'Transfer-Encoding': 'chunked' }, body: 'piece' }],
];

describe('under load', () => {
  it(`no request fails over ${switches} switches, and each that begins after a switch sees the new version`, async () => {
    const proxy = await openProxy();
    const versions = await Promise.all(Array.from({ length: switches + 1 }, (_, number) => startVersion(number)));
    let current = -1;
    const lead = (to: number) => {
      const version = versions[to];
      if (version) proxy.switchTo(version.upstream);
      current = to;
    };
    lead(0);

    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    const failures: string[] = [];
    const seen = new Set<number>();
    let answered = 0;
    const client = async (shared: Agent | undefined) => {
      for (let index = 0; index < requestsPerClient; index++) {
        const [path, question] = questions[index % questions.length] ?? ['/', {}];
        const before = current;
        try {
          const { status, body } = await ask(proxy.port, path, shared ? { ...question, agent: shared } : question);
          const version = Number(/^version (\d+)$/.exec(body)?.[1] ?? Number.NaN);
          // In flight over a switch it may be either; an older one than when it began it may never be.
          if (status !== 200 || !(version >= before)) failures.push(`${path} since ${before}: ${status} ${body}`);
          seen.add(version);
        } catch (thrown) {
          failures.push(`${path}: ${thrown}`);
        }
        answered += 1;
      }
    };
    const clients = Array.from({ length: 16 }, (_, index) => client(index % 2 === 0 ? agent : undefined));

    const total = clients.length * requestsPerClient;
    for (let number = 1; number <= switches; number++) {
      while (answered < (total * number) / (switches + 1)) await new Promise((resolve) => setTimeout(resolve, 1));
      lead(number);
      // As the session does: an old version is stopped when it has nothing more to do.
      void proxy.drained().then(() => versions[number - 1]?.kill());
    }
    await Promise.all(clients);
    expect(failures).toEqual([]);
    expect(answered).toBe(2_000);
    expect(seen.size).toBe(switches + 1);
  }, 60_000);
});
