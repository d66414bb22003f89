import { describe, expect, it } from 'vitest';
import { appSource, build, imageOf, tryBuild } from '../support/app-build.ts';
import * as scripts from '../support/builder-scripts.ts';
import { type Builder, makeBuilder } from '../support/builders.ts';
import { failureOf } from '../support/dev-events.ts';
import { filesOf } from '../support/listing.ts';

async function labelsOf(tag: string): Promise<Record<string, string>> {
  return (await imageOf(tag)).Config.Labels ?? {};
}

/** assemble that writes these words into the metadata file, when the variable METADATA is set. */
function writing(metadata: string): Builder {
  const lines = `[ -z "$METADATA" ] || { mkdir -p /tmp/.s2i; cat /metadata > /tmp/.s2i/image_metadata.json; }\n`;
  return { scripts: { assemble: scripts.assemble + lines }, files: { metadata } };
}
const withMetadata = ['-e', 'METADATA=1'];

describe('the labels of the image', () => {
  it('are the builder’s, and those that say what was built from what', async () => {
    const builder: Builder = { labels: { 'of.the.builder': 'kept' } };
    const source = appSource({ 'sub/index.html': 'below\n' });
    const { tag } = await build(builder, { source, args: ['--context-dir', 'sub'] });
    expect(await labelsOf(tag)).toEqual({
      'of.the.builder': 'kept',
      'io.openshift.s2i.scripts-url': 'image:///usr/libexec/s2i',
      'io.k8s.display-name': tag,
      'io.openshift.s2i.build.image': await makeBuilder(builder),
      'io.openshift.s2i.build.source-location': source,
      'io.openshift.s2i.build.source-context-dir': 'sub',
    });
  });

  it('are overridden by the metadata file, and that by --label', async () => {
    const builder: Builder = {
      ...writing('{"labels":[{"one":"file","two":"file"},{"three":"file"}],"other":1}'),
      labels: { one: 'builder', zero: 'builder' },
    };
    const { tag } = await build(builder, {
      args: [...withMetadata, '--label', 'two=flag', '--label', 'text=a "b" $c=d'],
    });
    expect(await labelsOf(tag)).toMatchObject({
      zero: 'builder',
      one: 'file',
      two: 'flag',
      three: 'file',
      text: 'a "b" $c=d',
    });
    expect([...(await filesOf(tag)).keys()].filter((path) => path.startsWith('tmp/'))).toEqual([]);
  });

  it('come from /tmp/.s2i also when the destination is elsewhere, and the file does not stay', async () => {
    const { scripts: own, files } = writing('{"labels":[{"one":"file"}]}');
    const builder: Builder = {
      scripts: { assemble: (own?.['assemble'] ?? '').replaceAll(/\/tmp\/(src|artifacts)/g, '/opt/build/$1') },
      files: { ...files, 'opt/build/own': 'kept\n' },
      labels: { 'io.openshift.s2i.destination': '/opt/build' },
    };
    const { tag } = await build(builder, { args: withMetadata });
    expect(await labelsOf(tag)).toMatchObject({ one: 'file' });
    expect((await filesOf(tag)).has('tmp/.s2i/image_metadata.json')).toBe(false);
  });
});

describe('labels that cannot be', () => {
  it.each([
    ['not JSON', 'not JSON'],
    ['a number for a label', '{"labels":[{"one":1}]}'],
    ['an object of labels', '{"labels":{"one":"x"}}'],
    ['an empty file', ''],
  ])('fail the build before the commit: %s', async (_, metadata) => {
    const builder = writing(metadata);
    const { tag } = await build(builder);
    const before = await imageOf(tag);
    const ended = await tryBuild(builder, { tag, args: withMetadata });
    const message = expect.stringContaining('/tmp/.s2i/image_metadata.json');
    expect(failureOf(ended)).toMatchObject({ code: 'labels', message, tagKept: tag });
    expect((await imageOf(tag)).Id).toBe(before.Id);
  });

  it('are named when they are too large', async () => {
    const ended = await tryBuild('root', { args: ['--label', `much.too.big=${'x'.repeat(70_000)}`] });
    const message = expect.stringMatching(/much\.too\.big .*70\d\d\d/);
    expect(failureOf(ended)).toMatchObject({ code: 'labels', message });
  });
});
