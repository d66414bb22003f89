import { expect, it } from 'vitest';
import { ReplacedImages } from '../../../source/dev/image/replaced.ts';

function imagesOf(...ids: string[]) {
  const there = new Set(ids);
  const engine = {
    inspectImage: async (id: string) => (there.has(id) ? { tags: [] } : undefined),
    removeImage: async (id: string) => (there.delete(id) ? ('removed' as const) : ('absent' as const)),
  };
  return { there, replaced: new ReplacedImages(engine, { keepAll: false }) };
}

function reading() {
  let stop = () => {};
  const reader = new Promise<void>((resolve) => {
    stop = resolve;
  });
  return { reader, stop };
}

it('a replaced image goes with the next sweep', async () => {
  const { there, replaced } = imagesOf('old', 'new');
  replaced.add('old');
  await replaced.sweep();
  expect([...there]).toEqual(['new']);
});

it('a replaced image that somebody looks at stays until they have', async () => {
  const { there, replaced } = imagesOf('old');
  const { reader, stop } = reading();
  replaced.keepFor('old', reader);
  replaced.add('old');
  await replaced.sweep();
  expect([...there]).toEqual(['old']);
  stop();
  await expect.poll(() => [...there]).toEqual([]);
});

it('the end waits for whoever looks, and leaves none', async () => {
  const { there, replaced } = imagesOf('old');
  const { reader, stop } = reading();
  replaced.keepFor('old', reader);
  replaced.add('old');
  const closed = replaced.close();
  stop();
  await closed;
  expect([...there]).toEqual([]);
});
