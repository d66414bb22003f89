import { describe, expect, it } from 'vitest';
import { gateLine, gateProgram, parseMark } from '../../source/protocol/gate.ts';

describe('the gate', () => {
  it('comes as one line, since the bootstrap reads one', () => {
    expect(gateProgram('n0nce')).not.toContain('\n');
  });

  it('calls no program but the script it is told to run', () => {
    const builtIns =
      /^(mark|oom|ended|echo|read|while|do|done|case|esac|if|then|fi|for|set|kill|exit|eval|others=\$\(\(.*|killed=.*|uid=.*|gid=.*|\{|\}|\(|\)|;|;;|&|\[|in)$/;
    const commands = gateProgram('n')
      .split(/;;|;|&&|\|\||\{|\bdo\b|\bthen\b|\(\s/)
      .map((part) => part.trim().split(/\s+/)[0] ?? '');
    const foreign = commands.filter((word) => /^[a-z]/.test(word) && !builtIns.test(word));
    expect(foreign.filter((word) => !/^(run|help|list|mark|oom|ended|Uid:|Gid:)/.test(word))).toEqual([]);
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
    ['nonsense:1', undefined],
  ])('reads %s', (text, mark) => {
    expect(parseMark(text)).toEqual(mark);
  });
});
