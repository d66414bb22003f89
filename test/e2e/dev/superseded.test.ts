import { expect, it } from 'vitest';
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
  await running.printed('assemble\n');
  writeFiles(source, { 'index.html': 'two', seconds: '0' });
  await served(2);
  expect(await text()).toBe('two');
  const { stderr } = running.output();
  expect(stderr).toContain('build 1    superseded by a newer save: it had only begun');
  expect(stderr).toMatch(/^assemble {3}stopped /m);
  expect(stderr).not.toContain('ended before its script');
  expect(await end()).toEqual([]);
});
