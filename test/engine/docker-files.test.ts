import { createHash } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findCredentials, registryOf } from '../../source/engine/credentials.ts';
import { readDockerContext } from '../../source/engine/docker-context.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

/** A home folder whose `.docker` holds these files. */
function home(files: Readonly<Record<string, unknown>>): string {
  const folder = tempFolder();
  const texts = Object.entries(files).map(([path, content]) => [
    `.docker/${path}`,
    typeof content === 'string' ? content : JSON.stringify(content),
  ]);
  writeFiles(folder, Object.fromEntries(texts));
  return folder;
}

const none = () => {
  throw new Error('no problem was expected');
};

describe('the docker context', () => {
  const id = createHash('sha256').update('mine').digest('hex');
  const meta = (docker: object) => ({ [`contexts/meta/${id}/meta.json`]: { Name: 'mine', Endpoints: { docker } } });

  it('is the one that docker context use wrote, or DOCKER_CONTEXT names', async () => {
    const homeDir = home({ 'config.json': { currentContext: 'mine' }, ...meta({ Host: 'unix:///mine.sock' }) });
    const mine = { name: 'mine', host: 'unix:///mine.sock' };
    expect(await readDockerContext({}, homeDir, none)).toEqual(mine);
    const elsewhere = { DOCKER_CONFIG: join(homeDir, '.docker'), DOCKER_CONTEXT: 'mine' };
    expect(await readDockerContext(elsewhere, '/nonexistent', none)).toEqual(mine);
    expect(await readDockerContext({ DOCKER_CONTEXT: 'default' }, homeDir, none)).toBeUndefined();
    expect(await readDockerContext({}, '/nonexistent', none)).toBeUndefined();
  });

  it('brings its TLS files and its choice not to verify', async () => {
    const homeDir = home({
      'config.json': { currentContext: 'mine' },
      ...meta({ Host: 'tcp://engine:2376', SkipTLSVerify: true }),
      [`contexts/tls/${id}/docker/ca.pem`]: 'a certificate',
    });
    const folder = join(homeDir, '.docker/contexts/tls', id, 'docker');
    const context = await readDockerContext({}, homeDir, none);
    expect(context?.tls).toEqual({ folder, named: false, verify: false });
  });

  it('that is gone or names no engine is an error that names it', async () => {
    const homeDir = home(meta({}));
    const unusable = { code: 'engine-unreachable', message: expect.stringContaining('"gone"') };
    await expect(readDockerContext({ DOCKER_CONTEXT: 'gone' }, homeDir, none)).rejects.toMatchObject(unusable);
    const noEngine = expect.objectContaining({ message: expect.stringContaining('names no engine') });
    await expect(readDockerContext({ DOCKER_CONTEXT: 'mine' }, homeDir, none)).rejects.toEqual(noEngine);
  });

  it('is not looked for in a broken config.json, which is said without its content', async () => {
    const problems: string[] = [];
    const homeDir = home({ 'config.json': '{"auths": secret' });
    expect(await readDockerContext({}, homeDir, (text) => problems.push(text))).toBeUndefined();
    expect(problems).toEqual([expect.stringMatching(/config\.json is not used: it is not valid JSON$/)]);
  });
});

describe('the login for a registry', () => {
  const auth = Buffer.from('user:pass:word').toString('base64');
  const login = (serveraddress: string) => ({ serveraddress, username: 'user', password: 'pass:word' });

  it.each([
    ['busybox', 'https://index.docker.io/v1/'],
    ['someone/app:1', 'https://index.docker.io/v1/'],
    ['docker.io/library/busybox', 'https://index.docker.io/v1/'],
    ['localhost/app', 'localhost'],
    ['registry.example:5000/app', 'registry.example:5000'],
  ])('is looked for, for %s, under %s', (reference, registry) => {
    expect(registryOf(reference)).toBe(registry);
  });

  it.each(['registry.example', 'https://registry.example', 'https://registry.example/v2/'])(
    'is found in config.json under %s',
    async (key) => {
      const homeDir = home({ 'config.json': { auths: { [key]: { auth } } } });
      const options = { env: {}, homeDir, onProblem: none };
      expect(await findCredentials('registry.example/app', options)).toEqual(login('registry.example'));
      expect(await findCredentials('other.example/app', options)).toBeUndefined();
    },
  );

  /** A docker-credential-test that answers with this shell script. */
  function withHelper(script: string) {
    const homeDir = home({
      'config.json': {
        credsStore: 'other',
        credHelpers: { 'registry.example': 'test' },
        auths: { 'registry.example': { auth } },
      },
    });
    writeFiles(homeDir, { 'bin/docker-credential-test': `#!/bin/sh\n${script}\n` });
    chmodSync(join(homeDir, 'bin/docker-credential-test'), 0o755);
    const problems: string[] = [];
    const env = { PATH: [join(homeDir, 'bin'), process.env['PATH']].join(delimiter) };
    return { problems, options: { env, homeDir, onProblem: (text: string) => problems.push(text) } };
  }

  it('is asked of the helper for this registry, by its name on stdin', async () => {
    const { options } = withHelper(
      'test "$1" = get && read -r name || true; echo "{\\"Username\\":\\"$name\\",\\"Secret\\":\\"s\\"}"',
    );
    const found = await findCredentials('registry.example/app', options);
    expect(found).toEqual({ serveraddress: 'registry.example', username: 'registry.example', password: 's' });
  });

  it('may be a token', async () => {
    const { options } = withHelper(`echo '{"Username":"<token>","Secret":"t"}'`);
    const found = await findCredentials('registry.example/app', options);
    expect(found).toEqual({ serveraddress: 'registry.example', identitytoken: 't' });
  });

  it('comes from config.json when the helper has none', async () => {
    const { options, problems } = withHelper('echo credentials not found in native keychain; exit 1');
    expect(await findCredentials('registry.example/app', options)).toEqual(login('registry.example'));
    expect(problems).toEqual([]);
  });

  it('tells why a helper failed, and never what it answered', async () => {
    const { options, problems } = withHelper('echo not-json-but-secret');
    await findCredentials('registry.example/app', options);
    expect(problems).toEqual([expect.stringContaining('docker-credential-test gave no login for registry.example')]);
    expect(problems.join()).not.toContain('secret');
    await findCredentials('elsewhere.example/app', options);
    expect(problems[1]).toContain('docker-credential-other gave no login for elsewhere.example: it is not installed');
  });
});
