import { describe, expect, it } from 'vitest';
import { checkCertificates } from '../../source/doctor/checks/certificates.ts';
import { checkDisk } from '../../source/doctor/checks/disk.ts';
import { checkEngine } from '../../source/doctor/checks/engine.ts';
import { checkGit } from '../../source/doctor/checks/git.ts';
import { checkInotify } from '../../source/doctor/checks/inotify.ts';
import { checkLeftovers } from '../../source/doctor/checks/leftovers.ts';
import { checkLogins } from '../../source/doctor/checks/logins.ts';
import { checkProxies } from '../../source/doctor/checks/proxies.ts';
import { checkRights } from '../../source/doctor/checks/rights.ts';
import { checkWayIn } from '../../source/doctor/checks/way-in.ts';
import type { EngineFacts, Facts } from '../../source/doctor/facts.ts';
import type { Finding } from '../../source/doctor/finding.ts';

const engine: EngineFacts = {
  about: {
    kind: 'docker',
    address: 'unix:///var/run/docker.sock',
    from: 'the usual sockets',
    secure: false,
    socketPath: '/var/run/docker.sock',
    apiVersion: '1.41',
    rootless: false,
  },
  description: { version: '20.10.24', root: '/var/lib/docker', hostName: 'here', kernel: '6.1' },
  here: true,
  socket: { mode: '660', uid: 0, gid: 999 },
};
const well: Facts = {
  env: {},
  self: { uid: 1000, gid: 1000 },
  engine,
  disks: [],
  inotify: { watches: 100_000, instances: 128 },
  certificates: [],
  logins: { problems: [], helpers: [], registries: 0 },
  git: true,
  leftovers: { names: [], cleaned: false },
};
const remote = (secure: boolean): EngineFacts => ({
  ...engine,
  about: { ...engine.about, address: 'tcp://10.0.0.1:2375', socketPath: undefined, secure },
  here: false,
  socket: undefined,
});

/** `warn: text. Try: advice` */
const shown = (findings: readonly Finding[]) =>
  findings.map(({ verdict, text, advice }) => `${verdict}: ${text}${advice === undefined ? '' : `. Try: ${advice}`}`);
const words = (check: (facts: Facts) => Finding[], change: Partial<Facts> = {}) => shown(check({ ...well, ...change }));

describe('sti doctor', () => {
  it('says which engine is used, and how it was found', () => {
    expect(words(checkEngine)).toEqual([
      'ok: Docker 20.10.24, API 1.41, at unix:///var/run/docker.sock (from the usual sockets)',
    ]);
    const unreachable = { problem: 'no container engine answered', advice: 'Start Docker.' };
    expect(words(checkEngine, { engine: unreachable })).toEqual([
      'fail: no container engine answered. Try: Start Docker.',
    ]);
    for (const check of [checkRights, checkWayIn]) expect(words(check, { engine: unreachable })).toEqual([]);
  });

  it.each([
    ['a member of its group', engine, [/^ok: .* \(mode 660\): of group 999$/]],
    ['everybody', { ...engine, socket: { mode: '666', uid: 0, gid: 0 } }, [/^warn: every user .* Try: .*chmod o-rw/]],
    ['everybody on the network', remote(false), [/^warn: tcp:\/\/10.0.0.1:2375 has no TLS/]],
    ['whoever has a certificate', remote(true), [/^ok:/]],
  ] as const)('says that the engine can be used by %s', (_, facts, expected) => {
    expect(words(checkRights, { engine: facts })).toEqual(expected.map((text) => expect.stringMatching(text)));
  });

  it.each([
    [{ engine, self: { uid: 0, gid: 0 } }, /^ok: bind: sti is root/],
    [{ engine }, /^ok: stream: this user cannot give files/],
    [{ engine: remote(true) }, /^ok: stream: the engine is not on this machine; upload for images without tar$/],
  ])('says how files get into a container, and why', (change, expected) => {
    expect(words(checkWayIn, change)).toEqual([expect.stringMatching(expected)]);
  });

  it.each([
    [{ free: 60e9 }, /^ok: \/tmp \(temporary files\): 60 GB free$/],
    [{ free: 2e9 }, /^warn: .*2.0 GB free. Try: Free some space there, or set TMPDIR/],
    [{ free: 1e8 }, /^fail: .*100 MB free/],
    [{ free: undefined }, /^ok: .*can't be seen from here$/],
    [{ free: 60e9, writable: false }, /^fail: .*can't be written. Try: Set TMPDIR/],
  ])('judges the room on a disk: %o', (change, expected) => {
    const disk = { use: 'temporary files', path: '/tmp', writable: true, ...change };
    expect(words(checkDisk, { disks: [disk] })).toEqual([expect.stringMatching(expected)]);
  });

  it('says what to raise when few folders can be watched', () => {
    expect(words(checkInotify)).toEqual([expect.stringMatching(/^ok: 100,000 folders/)]);
    const [low] = words(checkInotify, { inotify: { watches: 8_192, instances: 64 } });
    expect(low).toMatch(
      /^warn: .* polls .*sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512/,
    );
    expect(words(checkInotify, { inotify: undefined })).toEqual([]);
  });

  it.each([
    [{}, ['ok: none']],
    [{ http_proxy: 'http://me:secret@proxy:3128', no_proxy: 'localhost' }, ['ok: http by http://me:***@proxy:3128/']],
    [{ https_proxy: 'socks://x' }, ['ok: none', expect.stringMatching(/^fail: https_proxy is not the URL/)]],
    [
      { http_proxy: 'http://a:1', HTTP_PROXY: 'http://b:1' },
      [
        'ok: http by http://a:1/',
        expect.stringMatching(/^warn: http_proxy and HTTP_PROXY differ/),
        expect.stringMatching(/^warn: what is on this machine .* no_proxy/),
      ],
    ],
  ])('tells the proxies of %o without their passwords', (env, expected) => {
    expect(words(checkProxies, { env })).toEqual(expected);
  });

  it('tells which certificates are trusted, and which are named and are none', () => {
    const named = { name: 'SSL_CERT_FILE', file: '/ca.pem' };
    expect(words(checkCertificates, { certificates: [{ ...named, problem: undefined }] })).toEqual([
      'ok: those in /ca.pem are trusted too (SSL_CERT_FILE)',
    ]);
    expect(words(checkCertificates, { certificates: [{ ...named, problem: 'is not there' }] })).toEqual([
      'fail: SSL_CERT_FILE names /ca.pem, which is not there. Try: Set SSL_CERT_FILE to a PEM file, or unset it.',
    ]);
  });

  it('names credential helpers that are missing', () => {
    const helper = { name: 'desktop', file: '/home/me/.docker/config.json', found: false };
    expect(words(checkLogins, { logins: { ...well.logins, helpers: [helper] } })).toEqual([
      expect.stringMatching(
        /^warn: \/home\/me\/.docker\/config.json names docker-credential-desktop, which is not inst/,
      ),
    ]);
    const there = { ...well.logins, helpers: [{ ...helper, found: true }], registries: 1 };
    expect(words(checkLogins, { logins: there })).toEqual([
      'ok: logins for 1 registry in files, docker-credential-desktop',
    ]);
    expect(words(checkLogins)).toEqual(['ok: none: registries are asked without a login']);
  });

  it('knows what git is needed for', () => {
    expect(words(checkGit)).toEqual(['ok: installed']);
    expect(words(checkGit, { git: false })).toEqual([expect.stringMatching(/^warn: not installed: SOURCE/)]);
  });

  it('names what killed runs have left, a few of many', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const [left] = words(checkLeftovers, { leftovers: { names, cleaned: false } });
    expect(left).toMatch(/^warn: left by killed runs: a, b, c, d, e and 2 more. Try: .*sti doctor --clean/);
    expect(words(checkLeftovers, { leftovers: { names: ['a'], cleaned: true } })).toEqual(['ok: removed: a']);
  });
});
