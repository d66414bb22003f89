import { describe, expect, it } from 'vitest';
import { namedEndpoint, usualEndpoints } from '../../source/engine/endpoint/candidates.ts';

const homeDir = '/home/user';
const named = (url: string | undefined, env: Record<string, string> = {}) => namedEndpoint({ url, env, homeDir });

describe('the engine that the user named', () => {
  it('is that of --url before that of DOCKER_HOST, and that before the docker context', () => {
    const context = { name: 'mine', host: 'unix:///context.sock' };
    const env = { DOCKER_HOST: 'unix:///host.sock' };
    const address = (choice: { url?: string; env?: Record<string, string> }) =>
      namedEndpoint({ env: {}, homeDir, context, ...choice })?.address;
    expect(address({ url: '/url.sock', env })).toBe('unix:///url.sock');
    expect(address({ env })).toBe('unix:///host.sock');
    expect(address({})).toBe('unix:///context.sock');
    expect(address({ env: { DOCKER_HOST: '' } })).toBe('unix:///context.sock');
    expect(named(undefined)).toBeUndefined();
  });

  it.each([
    ['unix:///run/x.sock', { socketPath: '/run/x.sock' }],
    ['/run/x.sock', { socketPath: '/run/x.sock' }],
    ['tcp://10.0.0.1:4243', { host: '10.0.0.1', port: 4243 }],
    ['http://10.0.0.1:80', { host: '10.0.0.1', port: 80 }],
    ['engine.example:4243', { host: 'engine.example', port: 4243 }],
    ['tcp://engine.example', { host: 'engine.example', port: 2375 }],
    ['tcp://[::1]:4243/', { host: '::1', port: 4243 }],
  ])('reads %s', (url, target) => {
    expect(named(url)?.target).toEqual(target);
  });

  it('speaks TLS when DOCKER_TLS_VERIFY is set to anything, with the files of DOCKER_CERT_PATH', () => {
    const own = { folder: '/home/user/.docker', named: false, verify: true };
    const certificates = { folder: '/certs', named: true, verify: true };
    expect(named('tcp://engine', { DOCKER_TLS_VERIFY: '1' })?.target).toEqual({ host: 'engine', port: 2376, tls: own });
    const env = { DOCKER_HOST: 'tcp://engine:99', DOCKER_TLS_VERIFY: '0', DOCKER_CERT_PATH: '/certs' };
    expect(named(undefined, env)?.target).toEqual({ host: 'engine', port: 99, tls: certificates });
    expect(named('tcp://engine', { DOCKER_CERT_PATH: '/certs' })?.target).toEqual({ host: 'engine', port: 2375 });
  });

  it('speaks TLS to https:// in any case', () => {
    expect(named('https://engine')?.target).toMatchObject({ port: 2376, tls: { verify: true } });
  });

  it('gets the TLS of its context, not that of the environment', () => {
    const tls = { folder: '/context/tls', named: false, verify: false };
    const context = { name: 'mine', host: 'tcp://engine:1', tls };
    expect(namedEndpoint({ env: { DOCKER_CERT_PATH: '/certs' }, homeDir, context })?.target).toMatchObject({ tls });
    const plain = { name: 'mine', host: 'tcp://engine:1' };
    const env = { DOCKER_TLS_VERIFY: '1' };
    expect(namedEndpoint({ env, homeDir, context: plain })?.target).toEqual({ host: 'engine', port: 1 });
  });

  it.each([
    '',
    'tcp://',
    'npipe:////./pipe/docker_engine',
    'tcp://host:notaport',
    '://',
    'ftp://host',
    'unix:',
    'http//host',
    'tcp://host:2375/path',
  ])('refuses %j, and says who named it', (url) => {
    const refused = expect.objectContaining({
      code: 'engine-unreachable',
      message: expect.stringMatching(/^--url is not the address of an engine/),
    });
    expect(() => named(url)).toThrow(refused);
  });

  it.each([
    ['ssh://machine', { host: 'machine' }],
    ['ssh://me@machine:22/run/x.sock', { user: 'me', host: 'machine', port: 22, socketPath: '/run/x.sock' }],
    ['ssh://me@[::1]:22', { user: 'me', host: '::1', port: 22 }],
  ])('reads %s', (url, place) => {
    expect(named(url)).toMatchObject({ address: url, target: { ssh: place } });
  });

  it.each([
    'ssh://',
    'ssh://-oProxyCommand=x',
    'ssh://-l@machine',
    'ssh://me:secret@machine',
    'ssh://machine/$(id)',
    'ssh://machine:0x16',
    'ssh://a b',
  ])('refuses %j, which ssh or a shell could take for more than an address', (url) => {
    expect(() => named(url)).toThrow(/^--url is not the address of an engine/);
    expect(() => named(url)).not.toThrow(/secret/);
  });

  it('never prints a password', () => {
    expect(() => named('ftp://me:secret@machine')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') }),
    );
    expect(named('tcp://me:secret@machine:1')?.address).toBe('tcp://machine:1');
  });
});

describe('the usual sockets', () => {
  it('are those of Docker, rootless Docker, Docker Desktop and Podman, in this order', () => {
    const addresses = usualEndpoints({ XDG_RUNTIME_DIR: '/run/user/7' }, homeDir).map(({ address }) => address);
    expect(addresses).toEqual([
      'unix:///var/run/docker.sock',
      'unix:///run/user/7/docker.sock',
      'unix:///home/user/.docker/run/docker.sock',
      'unix:///home/user/.docker/desktop/docker.sock',
      'unix:///run/podman/podman.sock',
      'unix:///run/user/7/podman/podman.sock',
    ]);
  });

  it('leave out those of a runtime folder that is not there', () => {
    expect(usualEndpoints({}, homeDir)).toHaveLength(4);
  });
});
