import { describe, expect, it } from 'vitest';
import { readDevOptions } from '../../source/cli/dev-options.ts';

const ports = (...texts: string[]) => readDevOptions(new Map([['port', texts]])).ports;

describe('--port', () => {
  it('is a port of this machine and one of the container, or one number for both', () => {
    expect(ports('3000:8080', '9090')).toEqual([
      { host: 3000, container: 8080, asked: true },
      { host: 9090, container: 9090, asked: true },
    ]);
  });

  it('can give two ports of this machine to one of the container, but not the other way round', () => {
    expect(ports('3000:8080', '3001:8080')).toHaveLength(2);
    expect(() => ports('3000:8080', '3000:9090')).toThrow('port 3000 of this machine is asked for twice');
  });
});
