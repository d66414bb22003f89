import { chooseDelivery } from '../../build/container/delivery/choose.ts';
import { type Facts, isReached } from '../facts.ts';
import { type Finding, findingsOf } from '../finding.ts';

/** How sources would get into a container. */
export function checkWayIn({ engine, self }: Facts): Finding[] {
  if (!isReached(engine)) return [];
  const { rootless } = engine.about;
  const { name, reason } = chooseDelivery({
    engineHere: engine.here,
    rootless,
    self,
    user: undefined,
    contentCopies: true,
  });
  const otherwise = name === 'stream' ? '; upload for images without tar' : '';
  return [findingsOf('delivery').ok(`${name}: ${reason}${otherwise}`)];
}
