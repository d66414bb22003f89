import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBuildRequest } from '../../source/cli/build-request.ts';
import { commands } from '../../source/cli/commands.ts';
import { parse } from '../../source/cli/parse.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sti-test-'));
  await writeFile(join(folder, 'app.env'), '# comment\nA=1\nnonsense\n B = 2 \n');
});
afterAll(() => rm(folder, { recursive: true }));

const read = (...words: string[]) => readBuildRequest(parse(['build', 'src', 'img', ...words], commands), folder);
const request = async (...words: string[]) => (await read(...words)).request;

describe('readBuildRequest', () => {
  it('has the defaults of the documentation', async () => {
    expect(await read()).toEqual({
      warnings: [],
      request: {
        source: 'src',
        builder: 'img',
        env: [],
        envFile: [],
        labels: {},
        clean: false,
        removePrevious: false,
        pullPolicy: 'if-not-present',
        keepWorkspace: false,
        artifactsTimeout: 600_000,
      },
    });
  });

  it.each([
    [['my-app:1'], { tag: 'my-app:1' }],
    [['-r', 'v1'], { ref: 'v1' }],
    [['--context-dir', 'web'], { contextDir: 'web' }],
    [['-s', 'image:///scripts'], { scriptsUrl: 'image:///scripts' }],
    [['--scripts-url', 'http://h/s'], { scriptsUrl: 'http://h/s' }],
    [['--assemble-user', '1001'], { assembleUser: '1001' }],
    [['--clean'], { clean: true }],
    [['--incremental'], { clean: false }],
    [['--incremental=false'], { clean: true }],
    [['--rm'], { removePrevious: true }],
    [['-p', 'never'], { pullPolicy: 'never' }],
    [['-p', 'always'], { pullPolicy: 'always' }],
    [['--callbackUrl', 'https://h/x?y'], { callbackUrl: 'https://h/x?y' }],
    [['--savetempdir'], { keepWorkspace: true }],
    [['--artifacts-timeout', '1h30m'], { artifactsTimeout: 5_400_000 }],
    [['--artifacts-timeout=500ms'], { artifactsTimeout: 500 }],
    [['--transport', 'stream'], { transport: 'stream' }],
    [['--label', 'a=b=c', '--label', 'd='], { labels: { a: 'b=c', d: '' } }],
    [['-c'], {}],
  ])('reads %j', async (words, fields) => {
    expect(await request(...words)).toEqual({ ...(await request()), ...fields });
  });

  it('has no field for an option with an empty value', async () => {
    expect(await request('--ref=', '--callback-url', '')).toEqual(await request());
  });

  it('keeps the order of -e', async () => {
    expect((await request('-e', 'A=1,B=x=y', '-e', 'A=2')).env).toEqual([
      { name: 'A', value: '1' },
      { name: 'B', value: 'x=y' },
      { name: 'A', value: '2' },
    ]);
  });

  it('reads the environment file, and passes on what is odd about it', async () => {
    const { request, warnings } = await read('--env-file', 'app.env');
    expect(request.envFile).toEqual([
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ]);
    expect(warnings).toEqual([expect.stringContaining('line 3 of app.env')]);
  });

  it.each([
    [['-e', 'A'], '"A"'],
    [['--env-file', 'absent.env'], "the environment file absent.env can't be read"],
    [['--label', 'x'], "--label can't be x: it is not NAME=VALUE"],
    [['--label', '=x'], "--label can't be =x: it is not NAME=VALUE"],
    [['--artifacts-timeout', '10'], "--artifacts-timeout can't be 10"],
    [['--artifacts-timeout', '0s'], "--artifacts-timeout can't be 0s"],
    [['--artifacts-timeout', '999h'], "--artifacts-timeout can't be 999h"],
    [['--callback-url', 'ftp://me:pw@h/'], "--callbackUrl can't be ftp://me:***@h/: it is not an http or https URL"],
    [['--callback-url', 'nonsense'], "--callbackUrl can't be nonsense"],
    [['Bad:Tag:Name'], 'Bad:Tag:Name'],
  ])('refuses %j', async (words, message) => {
    await expect(read(...words)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(message),
      hint: expect.any(String),
    });
  });

  it('refuses a builder that is no image reference', async () => {
    const parsed = parse(['build', '.', 'Not An Image'], commands);
    await expect(readBuildRequest(parsed, folder)).rejects.toMatchObject({ code: 'usage' });
  });
});
