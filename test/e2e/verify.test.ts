import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { appSource } from '../support/app-build.ts';
import { type Builder, makeBuilder } from '../support/builders.ts';
import { leftBy } from '../support/leftovers.ts';
import { npmBuilder } from '../support/npm-builder.ts';
import { siteBuilder } from '../support/site-builder.ts';
import { homeFor, startSti, temporaryFolderOf } from '../support/sti.ts';

/** To its end, which leaves nothing. */
async function verify(builders: readonly [Builder, Builder], { source = appSource(), args = [] as string[] } = {}) {
  const home = homeFor();
  const [a, b] = [await makeBuilder(builders[0]), await makeBuilder(builders[1])];
  const running = startSti(['verify', source, a, b, ...args], { home });
  const ended = await running.ended;
  expect(await leftBy(running.pid, { folders: [temporaryFolderOf(home)], within: 0 })).toEqual([]);
  return { ...ended, a, b };
}

interface Report {
  readonly same: boolean;
  readonly differences: readonly {
    readonly kind: string;
    readonly name: string;
    readonly a: string;
    readonly b: string;
  }[];
}

const answer = (status: string, headers: string, body: string) => `#!/bin/sh
while read -r line && [ "\${#line}" -gt 1 ]; do :; done
printf 'HTTP/1.1 ${status}\\r\\n${headers}Connection: close\\r\\n\\r\\n${body}'
`;

/** Whether it can be seen or not, each thing of the first is another one in the second. */
const seeded: readonly [Builder, Builder] = [
  {
    exposedPorts: ['8080'],
    env: { SIDE: 'a' },
    files: { 'bin/answer': answer('200 OK', 'X-Side: a\\r\\n', 'hello, it is 12:00:01\\n') },
    scripts: {
      assemble: `#!/bin/sh
cd /app && cp /tmp/src/index.html . && echo same > same && echo a > content && echo x > owner && echo x > mode
`,
      run: '#!/bin/sh\ntrap \'exit 0\' TERM\necho "started as $$ at $(date)"\nnc -ll -p 8080 -e /bin/answer &\nwait\n',
      'save-artifacts': null,
    },
  },
  {
    exposedPorts: ['8080'],
    env: { SIDE: 'b' },
    files: {
      'bin/answer': answer('404 Not Found', 'X-Side: b\\r\\n', 'hullo, it is 12:00:02\\n'),
      'bin/serve': '#!/bin/sh\necho ready\nnc -ll -p 9000 -e /bin/answer &\nnc -ll -p 8080 -e /bin/answer &\nwait\n',
    },
    scripts: {
      assemble: `#!/bin/sh
cd /app && cp /tmp/src/index.html . && echo same > same && echo b > content && echo x > owner && echo x > mode
chown 1001:0 owner && chmod 600 mode && echo x > extra && dd if=/dev/zero of=large bs=1M count=11
`,
      run: '#!/bin/sh\necho "started as $$ at $(date)"\nsleep 5\nexec su -s /bin/sh app -c /bin/serve\n',
      'save-artifacts': null,
    },
  },
];

describe('sti verify', () => {
  it('finds each of the differences between two builders', async () => {
    const { exitCode, stdout } = await verify(seeded, { args: ['--runs', '1', '--json', '--exec', 'ls /app'] });
    const { same, differences }: Report = JSON.parse(stdout);
    expect({ exitCode, same }).toEqual({ exitCode: 92, same: false });
    const found = new Map(differences.map(({ kind, name, a, b }) => [name === '' ? kind : `${kind}:${name}`, [a, b]]));
    const what = [
      ['exit', '0', '137'],
      ['stop', 'ends by its stop signal', 'has to be killed'],
      ['output:stdout', 'none', 'ready'],
      ['status:GET /', '200', '404'],
      ['header:x-side', 'a', 'b'],
      ['body:GET /', 'hello, it is (time)', 'hullo, it is (time)'],
      ['exec:ls /app', 'none', 'extra (and 1 more)'],
      ['port:9000/tcp', 'none', 'open on all addresses'],
      ['user', '0:0', '1001:1001'],
      ['env:SIDE', 'a', 'b'],
      [
        'file:/app/content',
        expect.stringMatching(/^-rw-r--r-- 0:0 \w{16}$/),
        expect.stringMatching(/^-rw-r--r-- 0:0 \w{16}$/),
      ],
      ['file:/app/owner', expect.stringMatching(/^-rw-r--r-- 0:0 /), expect.stringMatching(/^-rw-r--r-- 1001:0 /)],
      ['file:/app/mode', expect.stringMatching(/^-rw-r--r-- 0:0 /), expect.stringMatching(/^-rw------- 0:0 /)],
      ['file:/app/extra', 'none', expect.stringMatching(/^-rw-r--r-- 0:0 /)],
      ['size', expect.stringMatching(/ B$/), '12 MB'],
      ['start', expect.stringMatching(/s$/), expect.stringMatching(/s$/)],
    ];
    for (const [name, a, b] of what) expect([name, ...(found.get(String(name)) ?? [])]).toEqual([name, a, b]);
    expect([...found.keys()].filter((name) => /same|index\.html|stderr/.test(name))).toEqual([]);
  });

  it('finds none between a builder and itself, nor one that differs only in its base', async () => {
    const base = { 'etc/os-release': 'ID=other\n', 'usr/share/other': 'x'.repeat(2_000_000) };
    const onOtherBase: Builder = { ...npmBuilder, files: { ...npmBuilder.files, ...base } };
    const source = appSource({ dependencies: '5' });
    const args = ['--runs', '2', '--json', '--exec', 'ls -l', '--exec', 'cat seen'];
    const both = [npmBuilder, onOtherBase].map((other) => verify([npmBuilder, other], { source, args }));
    for (const { exitCode, stdout } of await Promise.all(both)) {
      expect(JSON.parse(stdout)).toMatchObject({ same: true, differences: [] });
      expect(exitCode).toBe(0);
    }
  });

  it('finds none between a builder that is never twice the same and its rebuilt self, however often', async () => {
    const noise = (where: string) => `echo "at $(date), pid $$, in $(mktemp)" ${where}\n`;
    const { assemble, run } = siteBuilder.scripts;
    const noisy: Builder = {
      ...siteBuilder,
      scripts: {
        ...siteBuilder.scripts,
        assemble: `${assemble}${noise('> /www/built.txt')}cp /www/built.txt /www/$(date +%s).txt\n`,
        run: run.replace('httpd', `${noise('')}${noise('> /www/started.txt')}httpd`),
      },
    };
    const rebuilt: Builder = { ...noisy, files: { 'etc/build': 'another' } };
    const requests = ['/', '/built.txt', '/started.txt'].flatMap((path) => ['--request', `GET:${path}`]);
    for (const time of [1, 2, 3, 4]) {
      const { exitCode, stdout } = await verify([noisy, rebuilt], { args: ['--runs', '2', '--json', ...requests] });
      expect({ time, exitCode, differences: JSON.parse(stdout).differences }).toEqual({
        time,
        exitCode: 0,
        differences: [],
      });
    }
  });

  it('plays the requests that sti dev recorded, and counts no difference that a rule names', async () => {
    const source = appSource({
      'about.html': 'about\n',
      'rec.jsonl': '{"type":"request","method":"GET","path":"/about.html"}\n',
    });
    const other: Builder = {
      ...siteBuilder,
      scripts: { ...siteBuilder.scripts, assemble: `${siteBuilder.scripts.assemble}echo more >> /www/about.html\n` },
    };
    const args = ['--runs', '1', '--json', '--requests', join(source, 'rec.jsonl'), '--ignore', 'file:/www/*'];
    const { exitCode, stdout } = await verify([siteBuilder, other], { source, args });
    const counted = JSON.parse(stdout).differences.filter(({ ignored }: { ignored?: boolean }) => !ignored);
    expect(counted).toMatchObject([{ kind: 'body', name: 'GET /about.html', a: 'none', b: 'more' }]);
    expect(exitCode).toBe(92);
  });

  it('takes a builder that fails for a difference, and two for an error', async () => {
    const failing: Builder = { scripts: { assemble: '#!/bin/sh\necho "this is why" >&2\nexit 3\n' } };
    const [one, both] = await Promise.all([
      verify([siteBuilder, failing], { args: ['--json'] }),
      verify([failing, failing]),
    ]);
    expect(one).toMatchObject({ exitCode: 92 });
    expect(JSON.parse(one.stdout)).toMatchObject({
      differences: [{ kind: 'build', a: 'builds the source', b: 'assemble failed with exit code 3' }],
    });
    expect(both).toMatchObject({ exitCode: 60, stdout: '' });
    expect(both.stderr).toContain('  this is why\n');
  });

  it.each(['SIGINT', 'SIGKILL'] as const)('ended by %s while the applications run leaves nothing', async (signal) => {
    const home = homeFor();
    const slow: Builder = { ...siteBuilder, scripts: { ...siteBuilder.scripts, run: '#!/bin/sh\nsleep 60\n' } };
    const slowest: Builder = { ...slow, env: { SIDE: 'b' } };
    const running = startSti(['verify', appSource(), await makeBuilder(slow), await makeBuilder(slowest)], { home });
    await running.printed('running both, 1 of 3');
    running.kill(signal);
    expect(await running.ended).toMatchObject({ exitCode: signal === 'SIGINT' ? 130 : null, stdout: '' });
    const within = signal === 'SIGINT' ? 0 : 15_000;
    expect(await leftBy(running.pid, { folders: [temporaryFolderOf(home)], within })).toEqual([]);
  });

  it('of a builder that is not there, or with a wrong rule, is one line', async () => {
    const home = homeFor();
    const [source, there] = [appSource(), await makeBuilder(siteBuilder)];
    const absent = await startSti(['verify', source, there, 'sti-test-absent', '--pull-policy', 'never'], { home })
      .ended;
    expect(absent).toMatchObject({ exitCode: 30, stdout: '' });
    const wrong = await startSti(['verify', source, there, there, '--ignore', 'colour'], { home }).ended;
    expect(wrong).toMatchObject({ exitCode: 64, stdout: '' });
    expect(wrong.stderr).toMatch(/^Error: .*"colour" for --ignore/);
  });
});
