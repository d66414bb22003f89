import { expect, it } from 'vitest';
import { readProcess, userOf } from '../../../source/verify/observe/inside.ts';

const status = 'Name:\tnode\nUid:\t1000\t1001\t1001\t1001\nGid:\t0\t0\t0\t0\nGroups:\t0 1002 1001 \n';
const never = new AbortController().signal;
const engine = (files: Readonly<Record<string, string>>) => ({
  exec: async (_id: string, { command }: { readonly command: readonly string[] }) => {
    const output = files[command[1] ?? ''];
    return output === undefined ? { exitCode: 1, output: `cat: can't open '${command[1]}'` } : { exitCode: 0, output };
  },
});

it('the user of a process is its effective ids and its other groups', () => {
  expect(userOf(status)).toBe('1001:0 groups 1001,1002');
  expect(userOf('Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nGroups:\t0\n')).toBe('0:0');
  expect(userOf("cat: can't open '/proc/1/status'")).toBeUndefined();
});

it('the environment of a process is taken whole or not at all', async () => {
  const read = (environ: string) =>
    readProcess(engine({ '/proc/1/status': status, '/proc/1/environ': environ }), 'app', never);
  expect((await read('A=1\0B=two\nlines\0')).env).toEqual(['A=1', 'B=two\nlines']);
  expect(await read(`A=${'x'.repeat(70_000)}`)).toEqual({ user: '1001:0 groups 1001,1002', env: undefined });
  const withoutEnviron = await readProcess(engine({ '/proc/1/status': status }), 'app', never);
  expect(withoutEnviron.env).toBeUndefined();
});
