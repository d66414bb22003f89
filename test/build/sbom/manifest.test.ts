import { expect, describe as group, it } from 'vitest';
import { describe, indexType, referrersTag, sbomManifest, withReferrer } from '../../../source/build/sbom/manifest.ts';

const subject = {
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: `sha256:${'1'.repeat(64)}`,
  size: 7,
};
const manifest = sbomManifest(Buffer.from('{"spdxVersion":"SPDX-2.3"}'), subject);
const parse = (json: Buffer | undefined) => JSON.parse(json?.toString('utf8') ?? 'null');

group('the manifest of an SBOM', () => {
  it('names the image it belongs to, the document, and a configuration that says nothing', () => {
    expect(parse(manifest)).toEqual({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      artifactType: 'application/spdx+json',
      config: {
        mediaType: 'application/vnd.oci.empty.v1+json',
        digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
        size: 2,
      },
      layers: [{ mediaType: 'application/spdx+json', digest: expect.stringMatching(/^sha256:/), size: 26 }],
      subject,
    });
  });
});

group('the list of what belongs to an image', () => {
  it('is under a tag made of the digest of the image', () => {
    expect(referrersTag('sha256:abc')).toBe('sha256-abc');
  });

  it('begins with the first one', () => {
    const { digest, size } = describe('', manifest);
    expect(parse(withReferrer(undefined, manifest))).toEqual({
      schemaVersion: 2,
      mediaType: indexType,
      manifests: [{ mediaType: subject.mediaType, digest, size, artifactType: 'application/spdx+json' }],
    });
  });

  it('keeps what others put there, as it is', () => {
    const theirs = { digest: 'sha256:other', mediaType: 'x', size: 1, annotations: { by: 'them' } };
    const list = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [theirs], annotations: { a: 'b' } }));
    const { manifests, annotations } = parse(withReferrer(list, manifest));
    expect([manifests[0], manifests.length, annotations]).toEqual([theirs, 2, { a: 'b' }]);
  });

  it('stays when it has the manifest already', () => {
    expect(withReferrer(withReferrer(undefined, manifest), manifest)).toBeUndefined();
  });

  it.each(['no JSON', '{"schemaVersion":2}', '{"schemaVersion":2,"manifests":[],"mediaType":"x/manifest"}'])(
    'is never written over when it is something else: %s',
    (found) => {
      expect(() => withReferrer(Buffer.from(found), manifest)).toThrow('no index');
    },
  );
});
