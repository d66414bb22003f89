import { expect, it } from 'vitest';
import type { BuildPlan } from '../../../../source/build/events.ts';
import { describePlan } from '../../../../source/cli/output/closing/plan.ts';

const plan: BuildPlan = {
  source: {
    kind: 'git repository, cloned',
    location: 'https://example.org/app.git',
    contextDir: 'web',
    revision: 'main@0123456789ab',
    files: 3,
    bytes: 2048,
  },
  builder: { name: 'nodejs-20', imageId: `sha256:${'a'.repeat(64)}`, pull: 'is not pulled (--pull-policy never)' },
  scripts: [
    { name: 'assemble', path: '/tmp/src/.s2i/bin/assemble', from: '.s2i/bin of the source' },
    { name: 'run', path: '/usr/libexec/s2i/run', from: 'image:///usr/libexec/s2i' },
  ],
  artifacts: { incremental: false, reason: 'clean build, as asked' },
  wayIn: { name: 'bind', reason: 'sti is root on the engine machine' },
  assemble: { user: '1001', variables: ['A', 'B'] },
  commit: { cmd: ['/usr/libexec/s2i/run'], user: '', exposedPorts: ['8080/tcp'], labels: { a: '1', b: '2' } },
  tag: { name: 'my-app:latest', imageId: `sha256:${'b'.repeat(64)}`, removed: true },
  outputs: ['oci:/home/me/image'],
  push: true,
  sbom: false,
};

it('is printed a line for each thing that a build decides, with its reason', () => {
  expect(describePlan(plan)).toBe(`\
source     git repository, cloned · web of https://example.org/app.git · main@0123456789ab · 3 files, 2.0 kB
builder    nodejs-20 · aaaaaaaaaaaa · is not pulled (--pull-policy never)
scripts    assemble · /tmp/src/.s2i/bin/assemble · .s2i/bin of the source
           run · /usr/libexec/s2i/run · image:///usr/libexec/s2i
artifacts  clean build, as asked
copied by  bind · sti is root on the engine machine
assemble   as 1001 · A, B
commit     CMD ["/usr/libexec/s2i/run"] · as root · 2 labels · 8080/tcp
tag        my-app:latest · until now bbbbbbbbbbbb, which is removed
output     oci:/home/me/image
push       my-app:latest
`);
});

it('says what a runtime image gets, and who works in it', () => {
  const runtime = { name: 'jre', imageId: null, pull: 'is pulled', artifacts: ['/app/shop.war:web'], user: '' };
  expect(describePlan({ ...plan, runtime })).toContain(
    'runtime    jre · not here · is pulled · gets /app/shop.war:web · as root\n',
  );
  expect(describePlan({ ...plan, runtime: { ...runtime, artifacts: [] } })).toContain(' · gets what its label says · ');
});

it('says what there is none of', () => {
  const text = describePlan({
    ...plan,
    builder: { ...plan.builder, imageId: null, pull: 'is pulled' },
    assemble: { user: '', variables: [] },
    tag: { name: null, imageId: null, removed: false },
  });
  expect(text).toContain('builder    nodejs-20 · not here · is pulled\n');
  expect(text).toContain('assemble   as root · no variables of its own\n');
  expect(text).toContain("tag        none: the image's id is printed\n");
});
