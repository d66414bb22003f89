import { describe, expect, it } from 'vitest';
import { chooseDelivery } from '../../../../source/build/container/delivery/choose.ts';

const root = { uid: 0, gid: 0 };
const developer = { uid: 1000, gid: 1000 };
const imageUser = { uid: 1001, gid: 0 };

describe('chooseDelivery', () => {
  it.each([
    ['root on the engine machine binds, whoever the container runs as', { self: root, user: undefined }, 'bind'],
    ['an ordinary user streams to another user', { self: developer, user: imageUser }, 'stream'],
    ['an ordinary user streams to a user not yet known', { self: developer, user: undefined }, 'stream'],
    ['an ordinary user binds to a user with the same ids', { self: developer, user: developer }, 'bind'],
    ['the same uid in another group streams', { self: developer, user: { uid: 1000, gid: 0 } }, 'stream'],
    ['a rootless engine streams to the container root', { self: developer, user: root, rootless: true }, 'stream'],
    ['a rootless engine streams to any other user', { self: developer, user: developer, rootless: true }, 'stream'],
    [
      'image files at the destination that sti cannot copy stream',
      { self: root, user: root, contentCopies: false },
      'stream',
    ],
    ['an engine on another machine streams', { self: root, user: root, engineHere: false }, 'stream'],
  ])('%s', (_, facts, name) => {
    expect(chooseDelivery({ engineHere: true, rootless: false, contentCopies: true, ...facts }).name).toBe(name);
  });
});
