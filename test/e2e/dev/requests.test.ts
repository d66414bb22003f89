import { request } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { makeBuilder } from '../../support/builders.ts';
import { eventOf, eventsOf, printedBy } from '../../support/dev-events.ts';
import { fragileSite, startDevSite } from '../../support/dev-site.ts';
import { removeImage, testTag } from '../../support/engine.ts';
import { testPort } from '../../support/ports.ts';
import { siteBuilder } from '../../support/site-builder.ts';
import { startSti } from '../../support/sti.ts';
import { tempFolder, writeFiles } from '../../support/temp.ts';

/** The site, with a page that takes seconds, writes into the log how often it was run, and then names its version. */
const slowSite = {
  ...fragileSite,
  files: {
    ...fragileSite.files,
    'www/cgi-bin/slow':
      '#!/bin/sh\necho "slow was run" >&2\nsleep 6\nprintf "Content-Type: text/plain\\r\\n\\r\\n"\ncat /www/index.html\n',
  },
};

const count = (text: string, part: string) => text.split(part).length - 1;

it('a request of seconds is finished by the version that has it, over several saves, and run once', async () => {
  const { running, source, text, served, end } = await startDevSite({
    files: { 'index.html': 'one' },
    builder: slowSite,
  });
  await served(1);
  const slow = text('cgi-bin/slow');
  await eventOf(running, 'log', { text: /slow was run/ });
  for (const [index, state] of ['two', 'three'].entries()) {
    writeFiles(source, { 'index.html': state });
    await served(index + 2);
    expect(await text()).toBe(state);
  }
  expect(await slow).toBe('one');
  expect(count(printedBy(running), 'slow was run')).toBe(1);
  expect(await end()).toEqual([]);
});

it('what takes longer than --drain is told so, and a warning says so', async () => {
  const { running, source, text, served, warned, end } = await startDevSite({
    files: { 'index.html': 'one' },
    builder: slowSite,
    options: ['--drain', '200ms'],
  });
  await served(1);
  const slow = text('cgi-bin/slow');
  await eventOf(running, 'log', { text: /slow was run/ });
  writeFiles(source, { 'index.html': 'two' });
  expect(await slow).toContain('--drain');
  await warned(/--drain/);
  expect(count(printedBy(running), 'slow was run')).toBe(1);
  expect(await end()).toEqual([]);
});

it('after a crash requests are answered at once, with the reason; after the next save they are served', async () => {
  const { running, source, text, served, end } = await startDevSite({ files: { 'index.html': 'one' } });
  await served(1);
  await text('cgi-bin/crash').catch(() => {});
  await eventOf(running, 'app-exited', { exitCode: 7 });
  expect(await text()).toMatch(/ 7\b/);
  writeFiles(source, { 'index.html': 'two' });
  await served(2);
  expect(await text()).toBe('two');
  expect(await end()).toEqual([]);
});

it('requests are events, without what a terminal would obey, and only to hosts of this machine', async () => {
  const source = tempFolder();
  writeFiles(source, { 'index.html': 'one' });
  const tag = testTag('requests');
  const port = testPort();
  const options = ['--port', `${port}:8080`, '--progress', 'json', '--allow-host', 'dev.example.com'];
  const running = startSti(['dev', source, await makeBuilder(siteBuilder), tag, ...options]);
  onTestFinished(async () => {
    running.kill('SIGINT');
    await running.ended;
    await removeImage(tag);
  });
  await eventOf(running, 'cycle-served');
  const ask = (path: string, host: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, path, headers: { Host: host } });
      asked.on('response', (response) => response.resume().on('end', () => resolve(response.statusCode)));
      asked.on('error', reject).end();
    });
  expect(await ask('/index.html?a=1', 'localhost')).toBe(200);
  expect(await ask('/none', 'dev.example.com')).toBe(404);
  expect(await ask('/index.html', 'evil.example')).toBe(403);
  await eventOf(running, 'request', { status: 403 });
  expect(eventsOf(running, 'request')).toMatchObject([
    { method: 'GET', path: '/index.html?a=1', status: 200, version: 1 },
    { method: 'GET', path: '/none', status: 404, version: 1 },
    { method: 'GET', path: '/index.html', status: 403, version: null },
  ]);
});

it('an application on another port, or on its own loopback only, is named', async () => {
  const elsewhere = (where: string) => ({
    ...siteBuilder,
    scripts: {
      ...siteBuilder.scripts,
      run: `#!/bin/sh\ntrap 'exit 0' TERM\nhttpd -f -p ${where} -h /www &\nwait\n`,
    },
  });
  for (const [where, named] of [
    ['3000', /8080.*--port \d+:3000/],
    ['127.0.0.1:8080', /8080.*127\.0\.0\.1:8080.*0\.0\.0\.0/],
  ] as const) {
    const { failed, end } = await startDevSite({
      files: { 'index.html': 'one' },
      builder: elsewhere(where),
      options: ['--ready-timeout', '1s'],
    });
    expect(await failed(1)).toMatchObject({ code: 'app', serving: null, message: expect.stringMatching(named) });
    expect(await end()).toEqual([]);
  }
});

it('of two ports the first is waited for, and the other named when nothing answers there', async () => {
  const { served, text, warned, end } = await startDevSite({
    files: { 'index.html': 'one' },
    options: ['--port', `${testPort()}:8443`, '--ready-timeout', '1s'],
  });
  await served(1);
  expect(await text()).toBe('one');
  await warned(/8443/);
  expect(await end()).toEqual([]);
});
