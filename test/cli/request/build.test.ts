import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from '../../../source/cli/command-line/parse.ts';
import { withConfig } from '../../../source/cli/config/apply.ts';
import { readBuildRequest } from '../../../source/cli/request/build.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sti-test-'));
  await writeFile(join(folder, 'app.env'), '# comment\nA=1\nnonsense\n B = 2 \n');
});
afterAll(() => rm(folder, { recursive: true }));

const read = async (...words: string[]) =>
  readBuildRequest(withConfig(parse(['build', 'src', 'img', ...words]), []), folder);
const request = async (...words: string[]) => (await read(...words)).request;

describe('readBuildRequest', () => {
  it('has the defaults of the documentation', async () => {
    expect(await read()).toEqual({
      warnings: [],
      request: {
        source: 'src',
        builder: { repository: 'img' },
        env: [],
        envFile: [],
        labels: {},
        container: { addHost: [], capDrop: [] },
        incrementalPullPolicy: 'never',
        ignoreSubmodules: false,
        volumes: [],
        inject: [],
        secrets: [],
        clean: false,
        removePrevious: false,
        outputs: [],
        push: false,
        sbom: false,
        pullPolicy: 'if-not-present',
        keepWorkspace: false,
        artifactsTimeout: 600_000,
      },
    });
  });

  it.each([
    [['my-app:1'], { tag: { repository: 'my-app', tag: '1' } }],
    [['-r', 'v1'], { ref: 'v1' }],
    [['--context-dir', 'web'], { contextDir: 'web' }],
    [['-s', 'image:///scripts'], { scriptsUrl: { scheme: 'image', path: '/scripts' } }],
    [['--scripts-url', 'http://h/s'], { scriptsUrl: { scheme: 'http', url: 'http://h/s' } }],
    [['--assemble-user', '1001'], { assembleUser: '1001' }],
    [['--clean'], { clean: true }],
    [['--incremental'], { clean: false }],
    [['--incremental=false'], { clean: true }],
    [['--rm'], { removePrevious: true }],
    [['--push'], { push: true }],
    [['-p', 'never'], { pullPolicy: 'never' }],
    [['-p', 'always'], { pullPolicy: 'always' }],
    [['--callbackUrl', 'https://h/x?y'], { callbackUrl: 'https://h/x?y' }],
    [['--savetempdir'], { keepWorkspace: true }],
    [['--artifacts-timeout', '1h30m'], { artifactsTimeout: 5_400_000 }],
    [['--artifacts-timeout=500ms'], { artifactsTimeout: 500 }],
    [['--transport', 'stream'], { transport: 'stream' }],
    [['--label', 'a=b=c', '--label', 'd='], { labels: { a: 'b=c', d: '' } }],
    [['-c', '--keep-symlinks'], {}],
    [
      ['-v', '/a:/b/', '-v', 'cache:/c:ro'],
      {
        volumes: [
          { type: 'bind', source: '/a', target: '/b' },
          { type: 'volume', source: 'cache', target: '/c', readOnly: true },
        ],
      },
    ],
    [
      ['-i', '/a', '-i', '/x:y:/etc/app'],
      {
        inject: [
          { source: '/a', target: '' },
          { source: '/x:y', target: '/etc/app' },
        ],
      },
    ],
    [['-d', '/opt/build'], { destination: '/opt/build' }],
    [['--image-scripts-url', 'image:///s'], { imageScriptsUrl: { scheme: 'image', path: '/s' } }],
    [['--exclude', '(?i)\\.LOG$'], { exclude: /\.LOG$/i }],
    [['--ignore-submodules'], { ignoreSubmodules: true }],
    [['--incremental-pull-policy', 'always'], { incrementalPullPolicy: 'always' }],
    [['-n', 'Shop', '--description', 'Sells'], { applicationName: 'Shop', description: 'Sells' }],
    [
      ['-u', '1-,-3,5,7-9'],
      {
        allowedUids: [
          { from: 1, to: 4_294_967_294 },
          { from: 0, to: 3 },
          { from: 5, to: 5 },
          { from: 7, to: 9 },
        ],
      },
    ],
    [
      ['--network', 'none', '--add-host', 'a:10.0.0.1,b:::1', '--cap-drop', 'ALL', '--memory', '1g', '--cpus', '1.5'],
      {
        container: {
          network: 'none',
          addHost: ['a:10.0.0.1', 'b:::1'],
          capDrop: ['ALL'],
          memory: 1024 ** 3,
          cpus: 1.5,
        },
      },
    ],
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
    [['--env-file', 'absent.env'], "the environment file absent.env can't be read"],
    [['Bad:Tag:Name'], 'Invalid value "Bad:Tag:Name" for TAG: expected an image reference such as my-app:latest ('],
  ])('refuses %j', async (words, message) => {
    await expect(read(...words)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(message),
      hint: expect.any(String),
    });
  });

  it('refuses a builder that is no image reference', () => {
    expect(() => withConfig(parse(['build', '.', 'Not An Image']), [])).toThrow(
      'Invalid value "Not An Image" for IMAGE: expected an image reference',
    );
  });
});
