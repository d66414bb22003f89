import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { formatSessionId, newSessionId } from '../../../source/build/workspace/id.ts';
import { claimTag } from '../../../source/dev/image/contenders.ts';
import { tempFolder } from '../../support/temp.ts';

function sessions(...pids: number[]) {
  const tmpDir = tempFolder();
  const opened = pids.map((pid) => {
    const name = formatSessionId(newSessionId('here', pid));
    const folder = join(tmpDir, name);
    mkdirSync(folder);
    return { name, folder };
  });
  const options = { tmpDir, isAlive: () => true, address: 'unix:///a' };
  return { opened, options };
}
const nobody = { name: '', folder: '' };

it('two sessions on one tag find each other, whichever claims last', () => {
  const { opened, options } = sessions(901, 902);
  const [first = nobody, second = nobody] = opened;
  expect(claimTag(first, 'shop:latest', options)).toEqual([]);
  expect(claimTag(second, 'shop:latest', options)).toEqual([901]);
  expect(claimTag(first, 'shop:latest', options)).toEqual([902]);
});

it('a session on another tag, on another engine, one that claims none, or a dead one, is none', () => {
  const { opened, options } = sessions(901, 902, 903);
  const [first = nobody, second = nobody] = opened;
  claimTag(first, 'shop:latest', options);
  expect(claimTag(second, 'shop:next', options)).toEqual([]);
  expect(claimTag(second, 'shop:latest', { ...options, address: 'unix:///b' })).toEqual([]);
  expect(claimTag(second, 'shop:latest', { ...options, isAlive: () => false })).toEqual([]);
});

it('what the same process had before, with another configuration, is none', () => {
  const { opened, options } = sessions(901, 901);
  const [first = nobody, second = nobody] = opened;
  claimTag(first, 'shop:latest', options);
  expect(claimTag(second, 'shop:latest', options)).toEqual([]);
});
