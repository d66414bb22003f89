import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Builder } from '../../support/builders.ts';
import { fragileSite, startDevSite } from '../../support/dev-site.ts';
import { writeFiles } from '../../support/temp.ts';

const saving = (saveArtifacts: string): Builder => ({
  ...fragileSite,
  scripts: { ...fragileSite.scripts, 'save-artifacts': `#!/bin/sh\nset -e\n${saveArtifacts}\n` },
});

it.each([
  ['a folder', saving('cp -R /www /tmp/artifacts/www')],
  ['a stream', saving('tar -cf - -C / www')],
])('sti dev has no more artifacts of its images on the disk than it needs, saved as %s', async (_, builder) => {
  const { source, temporary, served, running } = await startDevSite({
    files: { 'index.html': '1' },
    builder,
  });
  for (const build of [1, 2, 3, 4, 5]) {
    expect(await served(build)).toMatchObject({ cycle: build });
    await running.printed(new RegExp(`"type":"artifacts-saved","at":\\d+,"cycle":${build},`));
    if (build < 5) writeFiles(source, { 'index.html': `${build + 1}` });
  }
  const saved = () =>
    readdirSync(temporary, { recursive: true, encoding: 'utf8' }).filter((path) =>
      /\/(saved-[\w-]+\.tar|\S+-save-\d+)$/.test(path),
    );
  await expect.poll(() => saved().length, { timeout: 20_000 }).toBe(2);
});
