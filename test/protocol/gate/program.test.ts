import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { gateCommand, gateLine, gateProgram, parseMark } from '../../../source/protocol/gate/program.ts';

describe('the gate', () => {
  it('comes as one line, since the bootstrap reads one', () => {
    expect(gateProgram('n0nce')).not.toContain('\n');
  });

  it('needs nothing but the shell itself', () => {
    const [shell = '', ...args] = gateCommand;
    const input = `${gateProgram('n0nce')}\n${gateLine({ verb: 'list', path: import.meta.dirname })}`;
    const { stdout, stderr } = spawnSync(shell, args, { input, env: { PATH: '/nowhere' }, encoding: 'utf8' });
    expect(stdout).toMatch(/^@@n0nce:ready:\d+:\d+@@\n/);
    expect(stdout).toContain(`@@n0nce:entry:${import.meta.filename}@@\n`);
    expect(stdout).toMatch(/@@n0nce:listed@@\n$/);
    expect(stderr).toBe('');
  });

  it('becomes a script without adding to its environment', () => {
    const [shell = '', ...args] = gateCommand;
    const input = `${gateProgram('n0nce')}\n${gateLine({ verb: 'exec', command: ['/usr/bin/env'] })}`;
    const { stdout } = spawnSync(shell, args, { input, env: { PATH: '/nowhere' }, encoding: 'utf8' });
    expect(
      stdout
        .replace(/^SHLVL=0\n/m, '')
        .split('\n')
        .slice(1),
    ).toEqual(['PATH=/nowhere', '']);
  });

  it('takes one command a line', () => {
    expect(gateLine({ verb: 'run', path: '/tmp/src/.sti/bin/assemble' })).toBe('run /tmp/src/.sti/bin/assemble\n');
  });
});

describe('parseMark', () => {
  it.each([
    ['ready:1001:0', { kind: 'ready', uid: 1001, gid: 0 }],
    ['end', { kind: 'stderr-end' }],
    ['end:3:2:1', { kind: 'end', exitCode: 3, others: 2, oomKills: 1 }],
    ['end:0:-1:0', { kind: 'end', exitCode: 0, others: 0, oomKills: 0 }],
    ['entry:/tmp/a:b', { kind: 'entry', path: '/tmp/a:b' }],
    ['listed', { kind: 'listed' }],
    ['done:0', { kind: 'done', ok: true }],
    ['done:127', { kind: 'done', ok: false }],
    ['nonsense:1', undefined],
  ])('reads %s', (text, mark) => {
    expect(parseMark(text)).toEqual(mark);
  });
});
