import { StiError } from '../../errors.ts';
import type { Application } from '../config/apply.ts';
import { type OptionName, options as table } from '../options/table.ts';
import { checkCaches } from './caches.ts';

/** What only sti's own containers have; a layer of a Dockerfile would keep it, or nothing would. */
const without: readonly OptionName[] = [
  'inject',
  'capDrop',
  'memory',
  'cpus',
  'ca',
  'runtimeImage',
  'dryRun',
  'asDockerfile',
];

/** @throws StiError `usage` for an option that a build by another program can't have */
export function checkBuilder({ options: { builder, volume }, explicit }: Application): void {
  if (builder === undefined) return;
  checkCaches(volume, `--builder ${builder}`);
  const theirs: readonly OptionName[] = builder === 'buildah' ? [...without, 'run', 'url', 'dockercfgPath'] : without;
  const wrong = theirs.find((name) => explicit[name] !== undefined);
  if (wrong === undefined) return;
  const written = table[wrong].names.find((name) => name.startsWith('--')) ?? table[wrong].names[0];
  throw new StiError('usage', `${written} and --builder ${builder} cannot be used together`, {
    hint: 'Leave one of them out.',
  });
}
