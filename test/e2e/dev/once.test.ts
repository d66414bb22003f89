import { describe, expect, it, onTestFinished } from 'vitest';
import { type Builder, makeBuilder } from '../../support/builders.ts';
import { eventsOf, printedBy } from '../../support/dev-events.ts';
import { inspectImage, removeImage, testTag } from '../../support/engine.ts';
import { testPort } from '../../support/ports.ts';
import { siteBuilder } from '../../support/site-builder.ts';
import { sti } from '../../support/sti.ts';
import { tempFolder, writeFiles } from '../../support/temp.ts';

/** Says what it got from the build before, and hands over one file to the next. */
const remembering = {
  ...siteBuilder,
  scripts: {
    ...siteBuilder.scripts,
    assemble: `${siteBuilder.scripts.assemble}cat /tmp/artifacts/kept 2>/dev/null || echo "nothing kept"\n`,
    'save-artifacts': '#!/bin/sh\necho "kept from before" > /kept\nexec tar -cf - -C / kept\n',
  },
} as const satisfies Builder;

/** One round of the loop, on a port of its own. */
async function once(builder: Builder, ...more: string[]) {
  const source = tempFolder();
  writeFiles(source, { 'index.html': 'one' });
  return sti([
    'dev',
    source,
    await makeBuilder(builder),
    ...more,
    '--once',
    '--port',
    `${testPort()}:8080`,
    '--progress',
    'json',
  ]);
}

function tagOfTest(): string {
  const tag = testTag('once');
  onTestFinished(() => removeImage(tag));
  return tag;
}

describe('sti dev --once', () => {
  it('ends with 0 when the application is ready', async () => {
    expect(await once(siteBuilder)).toMatchObject({ exitCode: 0 });
  });

  it('ends with 91 and the last lines when the application ends before it is ready', async () => {
    const leaving = { ...siteBuilder, scripts: { ...siteBuilder.scripts, run: '#!/bin/sh\necho bye\n' } };
    const ended = await once(leaving);
    expect(ended.exitCode).toBe(91);
    expect(eventsOf(ended, 'cycle-failed')).toMatchObject([{ code: 'app', lastLines: ['bye'] }]);
  });

  it('ends with the code of the step that failed, and leaves the tag alone', async () => {
    const tag = tagOfTest();
    const broken = { ...siteBuilder, scripts: { ...siteBuilder.scripts, assemble: '#!/bin/sh\nexit 3\n' } };
    expect(await once(broken, tag)).toMatchObject({ exitCode: 60 });
    expect(await inspectImage(tag)).toBeUndefined();
  });

  it('makes the image of the tag, and the next session goes on from its artifacts', async () => {
    const tag = tagOfTest();
    const first = await once(remembering, tag);
    expect(first).toMatchObject({ exitCode: 0 });
    expect(printedBy(first)).toContain('nothing kept');
    expect(eventsOf(first, 'image-tagged')).toMatchObject([{ cycle: 1, tag }]);
    expect(await inspectImage(tag)).toBeDefined();
    const second = await once(remembering, tag);
    expect(printedBy(second)).toContain('kept from before');
    // The image of this session may have been asked for its own by then.
    expect(eventsOf(second, 'artifacts-saved')[0]).toMatchObject({ files: 1 });
  });

  it('does not wait for artifacts that nobody uses, and does not warn of that', async () => {
    const slow = { ...siteBuilder.scripts, 'save-artifacts': '#!/bin/sh\nsleep 100\n' };
    const ended = await once({ ...siteBuilder, scripts: slow }, tagOfTest());
    expect(ended.exitCode).toBe(0);
    expect(eventsOf(ended, 'warning')).toEqual([]);
  });
});
