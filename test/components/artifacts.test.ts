import { describe, expect, it } from 'vitest';
import type { DevEvent } from '../../source/dev/events.ts';
import { footer, keyboard, pane } from '../support/keyboard.ts';
import { controls, serving } from '../support/sample-app.ts';

const { show, press } = keyboard();

const compared: DevEvent = {
  type: 'image-compared',
  at: 5_400,
  cycle: 1,
  imageId: 'sha256:9ab3f00d1234ffff',
  bytes: 182_000_000,
  addedBytes: 1_200_000,
  changes: [
    { path: '/opt/app/src/node_modules/a/index.js', kind: 'added', bytes: 1_000_000 },
    { path: '/tmp/copy/a/index.js', kind: 'added', bytes: 1_000_000 },
    { path: '/etc/passwd', kind: 'changed', bytes: 900 },
    { path: '/tmp/old', kind: 'deleted', bytes: 0 },
  ],
};
const shown = () => show([...serving, compared], {}, controls, [100, 40]);
/** Keys that lead from the logs to the row of the image. */
const toImage = ['\t', 'j'];
const rowsOf = (text: string) =>
  pane(text, 'Artifacts')
    .split('\n')
    .map((line) => line.replace(/^│|│$/g, '').trim());

describe('the image among the artifacts', () => {
  it('is opened with the builder beside the application, and its folders, those with one folder in them in one row', async () => {
    shown();
    const rows = rowsOf(await press(...toImage, 'l'));
    expect(rows).toContainEqual(expect.stringMatching(/^181 MB {2}█+.* builder +nodejs-20:latest$/));
    expect(rows).toContainEqual(expect.stringMatching(/^1\.2 MB .* application +2 added, 1 changed, 1 deleted$/));
    expect(rows).toContainEqual(expect.stringMatching(/^▸ +1\.0 MB {2}opt\/app\/src\/node_modules\/a\/ +1 file$/));
  });

  it('says what is there twice', async () => {
    shown();
    const rows = rowsOf(await press(...toImage, 'l', 'G', 'l'));
    expect(rows).toContainEqual(expect.stringMatching(/^❯ +▾ +1\.0 MB {2}there twice +2 files at two places/));
    expect(rows).toContainEqual(
      expect.stringMatching(/1\.0 MB {2}\/opt\/app\/src\/node_modules and \/tmp\/copy +1 file$/),
    );
    expect(rows).toContainEqual(expect.stringMatching(/900 B {2}\/etc and the builder's own layers +1 file$/));
  });

  it('shows at K one kind of changes after the other', async () => {
    shown();
    const changed = await press(...toImage, 'K', 'K');
    expect(changed).toContain('╭ Artifacts · changed');
    expect(rowsOf(changed)).toContainEqual(expect.stringMatching(/^▸ +900 B {2}etc\/ +1 file$/));
    expect(pane(changed, 'Artifacts')).not.toContain('opt/app');
    const deleted = await press('K');
    expect(deleted).toContain('╭ Artifacts · deleted');
    expect(await press('K')).toMatch(/╭ Artifacts ─/);
  });

  it('has no kinds to choose from before it is there', async () => {
    show(serving.slice(0, -1), {}, controls, [100, 40]);
    expect(footer(await press(...toImage, 'K'))).toContain('there is no image yet');
  });
});
