import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openWorkspace, type TrackedContainer } from '../../../source/build/workspace/workspace.ts';
import { tempFolder } from '../../support/temp.ts';

const open = () => openWorkspace({ tmpDir: tempFolder(), identity: 'this machine', pid: 1 });

/** A container that is removed when it was asked to end. */
function container(): TrackedContainer & { readonly asked: () => boolean } {
  let asked = false;
  let gone = (): void => {};
  const removed = new Promise<void>((resolve) => {
    gone = resolve;
  });
  return {
    asked: () => asked,
    removed,
    discard() {
      asked = true;
      gone();
    },
  };
}

describe('a session that ends', () => {
  it('ends the containers that have begun', async () => {
    const workspace = await open();
    const begun = await workspace.begin(() => Promise.resolve(container()));
    await workspace.endContainers();
    expect(begun.asked()).toBe(true);
  });

  it('waits for one that the engine is still creating, and ends it', async () => {
    const workspace = await open();
    let create = (_: ReturnType<typeof container>): void => {};
    const creating = workspace.begin(
      () =>
        new Promise<ReturnType<typeof container>>((resolve) => {
          create = resolve;
        }),
    );
    let ended = false;
    const ending = workspace.endContainers().then(() => (ended = true));
    await turn();
    expect(ended).toBe(false);
    const made = container();
    create(made);
    await ending;
    expect((await creating) === made && made.asked()).toBe(true);
  });

  it('begins no other', async () => {
    const workspace = await open();
    workspace.seal();
    let asked = false;
    const begun = workspace.begin(() => {
      asked = true;
      return Promise.resolve(container());
    });
    await expect(begun).rejects.toThrow('the session is over');
    expect(asked).toBe(false);
  });
});
