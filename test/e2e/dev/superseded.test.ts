import { expect, it } from 'vitest';
import { eventOf, eventsOf } from '../../support/dev-events.ts';
import { fragileSite, startDevSite } from '../../support/dev-site.ts';
import { writeFiles } from '../../support/temp.ts';

const slowSite = {
  ...fragileSite,
  scripts: { ...fragileSite.scripts, assemble: `${fragileSite.scripts.assemble}sleep "$(cat /tmp/src/seconds)"\n` },
};

it('sti dev throws a build away when the source is saved again, without calling that a failure', async () => {
  const { running, source, text, served, end } = await startDevSite({
    files: { 'index.html': 'one', seconds: '30' },
    builder: slowSite,
  });
  await eventOf(running, 'step-started', { step: 'assemble' });
  writeFiles(source, { 'index.html': 'two', seconds: '0' });
  await served(2);
  expect(await text()).toBe('two');
  expect(eventsOf(running, 'cycle-superseded')).toMatchObject([{ cycle: 1 }]);
  expect(eventsOf(running, 'cycle-failed')).toEqual([]);
  expect(eventsOf(running, 'warning')).toEqual([]);
  expect(await end()).toEqual([]);
});
