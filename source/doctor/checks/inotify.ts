import { grouped } from '../../terminal/units.ts';
import type { Facts } from '../facts.ts';
import { type Finding, findingsOf } from '../finding.ts';

/** A folder needs a watch; a large source has tens of thousands. */
const enoughWatches = 65_536;
const enoughInstances = 128;

/** Whether `sti dev` can hear of changes instead of polling for them. */
export function checkInotify({ inotify }: Facts): Finding[] {
  if (inotify === undefined) return [];
  const { ok, warn } = findingsOf('watching');
  const { watches, instances } = inotify;
  const text = `${grouped(watches)} folders and ${grouped(instances)} programs can be watched by this user`;
  const short = [
    ...(watches < enoughWatches ? [`fs.inotify.max_user_watches=${enoughWatches * 8}`] : []),
    ...(instances < enoughInstances ? [`fs.inotify.max_user_instances=${enoughInstances * 4}`] : []),
  ];
  if (short.length === 0) return [ok(text)];
  return [warn(`${text}: sti dev polls larger sources`, `Raise it: sudo sysctl ${short.join(' ')}.`)];
}
