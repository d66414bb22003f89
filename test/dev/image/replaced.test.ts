import { expect, it } from 'vitest';
import { ReplacedImages } from '../../../source/dev/image/replaced.ts';

function imagesOf(...ids: string[]) {
  const there = new Set(ids);
  const engine = {
    inspectImage: async (id: string) => (there.has(id) ? { tags: [] } : undefined),
    removeImage: async (id: string) => (there.delete(id) ? ('removed' as const) : ('absent' as const)),
  };
  return { there, replaced: new ReplacedImages(engine) };
}

it('a replaced image goes with the next sweep', async () => {
  const { there, replaced } = imagesOf('old', 'new');
  replaced.add('old');
  await replaced.sweep();
  expect([...there]).toEqual(['new']);
});

it('a replaced image that somebody looks at stays until they have', async () => {
  const { there, replaced } = imagesOf('old');
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  const released = replaced.keepFor('old', promise);
  replaced.add('old');
  await replaced.sweep();
  expect([...there]).toEqual(['old']);
  resolve();
  await released;
  await replaced.sweep();
  expect([...there]).toEqual([]);
});
