import { createHash } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDockerContext } from '../../source/engine/endpoint/context.ts';
import { findLogin, registryOf } from '../../source/engine/registry/login.ts';
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
  const kind = 'docker' as const;
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
      const options = { env: {}, homeDir, kind, onProblem: none };
      expect(await findLogin('registry.example/app', options)).toEqual(login('registry.example'));
      expect(await findLogin('other.example/app', options)).toBeUndefined();
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
    return { problems, options: { env, homeDir, kind, onProblem: (text: string) => problems.push(text) } };
  }

  it('is asked of the helper for this registry, by its name on stdin', async () => {
    const { options } = withHelper(
      'test "$1" = get && read -r name || true; echo "{\\"Username\\":\\"$name\\",\\"Secret\\":\\"s\\"}"',
    );
    const found = await findLogin('registry.example/app', options);
    expect(found).toEqual({ serveraddress: 'registry.example', username: 'registry.example', password: 's' });
  });

  it('may be a token', async () => {
    const { options } = withHelper(`echo '{"Username":"<token>","Secret":"t"}'`);
    const found = await findLogin('registry.example/app', options);
    expect(found).toEqual({ serveraddress: 'registry.example', identitytoken: 't' });
  });

  it('comes from config.json when the helper has none', async () => {
    const { options, problems } = withHelper('echo credentials not found in native keychain; exit 1');
    expect(await findLogin('registry.example/app', options)).toEqual(login('registry.example'));
    expect(problems).toEqual([]);
  });

  it('tells why a helper failed, and never what it answered', async () => {
    const { options, problems } = withHelper('echo not-json-but-secret');
    await findLogin('registry.example/app', options);
    expect(problems).toEqual([expect.stringContaining('docker-credential-test gave no login for registry.example')]);
    expect(problems.join()).not.toContain('secret');
    await findLogin('elsewhere.example/app', options);
    expect(problems[1]).toContain('docker-credential-other gave no login for elsewhere.example: it is not installed');
  });
});

describe('the login for a registry, in the files of both clients', () => {
  const authOf = (user: string) => ({ auth: Buffer.from(`${user}:pass`).toString('base64') });
  const loginOf = (username: string) => ({ serveraddress: 'registry.example', username, password: 'pass' });
  const podmanFile = 'containers/auth.json';

  function clients() {
    const homeDir = home({ 'config.json': { auths: { 'https://registry.example': authOf('docker') } } });
    const runtime = tempFolder();
    const write = (auths: object) => writeFiles(runtime, { [podmanFile]: JSON.stringify({ auths }) });
    return { options: { env: { XDG_RUNTIME_DIR: runtime }, homeDir, onProblem: none }, runtime, write };
  }

  it("comes from the engine's own client first, and else from the other", async () => {
    const { options, write } = clients();
    write({ 'registry.example': authOf('podman') });
    expect(await findLogin('registry.example/app', { ...options, kind: 'docker' })).toEqual(loginOf('docker'));
    expect(await findLogin('registry.example/app', { ...options, kind: 'podman' })).toEqual(loginOf('podman'));
    write({ 'other.example': authOf('podman') });
    expect(await findLogin('registry.example/app', { ...options, kind: 'podman' })).toEqual(loginOf('docker'));
    expect(await findLogin('other.example/app', { ...options, kind: 'docker' })).toMatchObject({ username: 'podman' });
  });

  it("is the nearest to the image's name, where a file has several for parts of a registry", async () => {
    const { options, write } = clients();
    write({ 'registry.example/team/app': authOf('app'), 'registry.example/team': authOf('team') });
    const found = (name: string) => findLogin(`registry.example/${name}`, { ...options, kind: 'podman' });
    expect(await found('team/app:1')).toEqual(loginOf('app'));
    expect(await found('team/other')).toEqual(loginOf('team'));
    expect(await found('teams/app')).toEqual(loginOf('docker'));
  });

  it('is read from the file of REGISTRY_AUTH_FILE instead of the usual one of Podman', async () => {
    const { options, runtime, write } = clients();
    write({ 'registry.example': authOf('usual') });
    writeFiles(runtime, { 'mine.json': JSON.stringify({ auths: { 'docker.io/me': authOf('named') } }) });
    const env = { ...options.env, REGISTRY_AUTH_FILE: join(runtime, 'mine.json') };
    const found = await findLogin('me/app', { ...options, env, kind: 'podman' });
    expect(found).toMatchObject({ serveraddress: 'https://index.docker.io/v1/', username: 'named' });
  });
});
