import { describe, expect, it } from 'vitest';
import { chooseRunPath } from '../../source/dev/run-path.ts';
import { image } from '../build/samples.ts';

const same = { config: image.config, assembleUser: '', transport: 'bind', assembleMs: 20 } as const;

describe('chooseRunPath', () => {
  it('runs in place where the container is the same as one of the image', () => {
    expect(chooseRunPath(same).path).toBe('in place');
  });

  it.each([
    ['assemble has run as another user', { assembleUser: '1001' }],
    ['the image has an entrypoint', { config: { ...image.config, entrypoint: ['/entry'] } }],
    ['the image has volumes', { config: { ...image.config, volumes: ['/data'] } }],
    ['the source is in the container for good', { transport: 'stream' as const }],
    ['assembling twice would cost more than a commit', { assembleMs: 10_000 }],
  ])('commits first when %s, and says so', (_, change) => {
    const { path, why } = chooseRunPath({ ...same, ...change });
    expect(path).toBe('image first');
    expect(why).not.toBe('');
  });

  it('takes the assemble user for the same when the image has it too', () => {
    const config = { ...image.config, user: '1001' };
    expect(chooseRunPath({ ...same, config, assembleUser: '1001' }).path).toBe('in place');
  });
});
