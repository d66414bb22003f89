import { describe, expect, it } from 'vitest';
import type { ImageConfig } from '../../../source/engine/engine.ts';
import { commitChanges, type OutputConfig, outputConfig } from '../../../source/protocol/image/config.ts';

const builder: ImageConfig = {
  user: 'app',
  env: ['PATH=/bin', 'MODE=dev', 'LAST=1'],
  cmd: ['/usr/libexec/s2i/usage'],
  entrypoint: ['container-entrypoint'],
  workingDir: '/opt/app root',
  labels: { own: 'x' },
  volumes: ['/data'],
  exposedPorts: ['8080/tcp'],
  onBuild: [],
  stopSignal: 'SIGQUIT',
  shell: ['/bin/sh', '-ec'],
  healthcheck: { Test: ['CMD', 'true'] },
};
const settings = { runPath: '/opt/sti/bin/run', env: [], labels: {} };

describe('outputConfig', () => {
  it("is the builder's own, but for command, environment and labels", () => {
    const config: ImageConfig = outputConfig(builder, { runPath: '/r', env: ['NEW=2'], labels: { a: 'b' } });
    expect(config).toEqual({ ...builder, cmd: ['/r'], env: [...builder.env, 'NEW=2'], labels: { a: 'b' } });
  });

  it('replaces variables in place and appends new ones', () => {
    const { env } = outputConfig(builder, { ...settings, env: ['NEW=1', 'MODE=a=b', 'NEW=2'] });
    expect(env).toEqual(['PATH=/bin', 'MODE=a=b', 'LAST=1', 'NEW=2']);
  });

  it('gives a builder without USER root again when assemble ran as somebody else', () => {
    const rootBuilder = { ...builder, user: '' };
    expect(outputConfig(rootBuilder, { ...settings, containerUser: '1001' }).user).toBe('0');
    expect(outputConfig(rootBuilder, settings).user).toBe('');
    expect(outputConfig(builder, { ...settings, containerUser: '1001' }).user).toBe('app');
  });
});

describe('commitChanges', () => {
  const changes = (over: Partial<OutputConfig>, syntax?: 'literal') => commitChanges({ ...builder, ...over }, syntax);

  it('says what both engines take, the entry point before the command', () => {
    expect(commitChanges(outputConfig(builder, { ...settings, labels: { a: 'say "$x"' } }))).toEqual([
      'ENTRYPOINT ["container-entrypoint"]',
      'CMD ["/opt/sti/bin/run"]',
      'USER app',
      'WORKDIR /opt/app root',
      'EXPOSE 8080/tcp',
      'VOLUME ["/data"]',
      'ENV "PATH"="/bin"',
      'ENV "MODE"="dev"',
      'ENV "LAST"="1"',
      'LABEL "a"="say \\"\\$x\\""',
    ]);
  });

  it('writes values as they are for engines that know no escapes', () => {
    expect(changes({ labels: { a: 'say "$x"' } }, 'literal')).toContain('LABEL "a"="say "$x""');
  });

  it('clears the entry point, and never writes an empty user or folder', () => {
    const bare = changes({
      entrypoint: [],
      user: '',
      workingDir: '',
      env: [],
      labels: {},
      volumes: [],
      exposedPorts: [],
    });
    expect(bare).toEqual(['ENTRYPOINT []', 'CMD ["/usr/libexec/s2i/usage"]']);
  });

  it('leaves to the body what an instruction would change or an engine refuse', () => {
    const odd = changes({
      user: '$x',
      workingDir: '/a"b',
      volumes: ['/a$b', '/ends in a space ', '/ok'],
      exposedPorts: ['5000/sctp', '7000-7002/tcp', '53/udp', '54/udp6'],
      env: ['A=x\ny', 'NOVALUE', 'B=1'],
      labels: { 'a=b': 'c', multi: 'x\ny', ok: '1' },
    });
    expect(odd.slice(2)).toEqual(['EXPOSE 53/udp', 'VOLUME ["/ok"]', 'ENV "B"="1"', 'LABEL "ok"="1"']);
  });

  it('never has a line break in an instruction', () => {
    expect(changes({ cmd: ['a\nb'], entrypoint: ['\r\n'] }).join('')).not.toMatch(/[\r\n]/);
  });

  it('leaves out a line that the parser would refuse', () => {
    const room = 65_535 - 'ENV "BIG"=""'.length;
    expect(changes({ env: [`BIG=${'x'.repeat(room)}`] }).some((line) => line.startsWith('ENV "BIG"'))).toBe(true);
    expect(changes({ env: [`BIG=${'x'.repeat(room + 1)}`] }).some((line) => line.startsWith('ENV "BIG"'))).toBe(false);
  });

  it('stays below the length of URL that engines take', () => {
    const many = Array.from({ length: 60 }, (_, index) => `V${index}=${' '.repeat(20_000)}`);
    const encoded = changes({ env: many })
      .map((line) => `&changes=${encodeURIComponent(line)}`)
      .join('');
    expect(encoded.length).toBeGreaterThan(900_000);
    expect(encoded.length).toBeLessThan(1_048_576);
  });
});
