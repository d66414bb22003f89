import { describe, expect, it } from 'vitest';
import { treeLines } from '../../../components/artifacts/lines.ts';
import { artifactRows } from '../../../components/artifacts/rows.ts';
import { createTheme } from '../../../components/theme/theme.ts';
import { initialState } from '../../../source/dev/state/state.ts';

const theme = createTheme({ depth: 1, unicode: true });
const named = { ...initialState, tag: 'my-app:latest' };
const none = new Set<string>();

describe('the rows of the Artifacts pane', () => {
  it('say after a failed build that the tag has not moved', () => {
    const rows = artifactRows({ ...named, finished: 'failed' }, none);
    expect(rows.at(-1)?.text).toBe('image  my-app:latest  none was made; the tag stays where it was');
  });

  it('keep the end of a path that has no room', () => {
    const path = `opt/app/${'long/'.repeat(30)}last/index.js`;
    const image = { cycle: 1, imageId: 'sha256:9ab3', changes: [{ path, kind: 'deleted', bytes: 0 }] } as const;
    const rows = artifactRows({ ...named, image }, new Set(['image']));
    const last = treeLines(rows, 0, false, { columns: 40, rows: 10 }, theme).at(-1);
    expect(last).toMatch(/^ +▸ +0 B {2}….*\/long\/last\/$/);
    expect(last).toHaveLength(40);
  });

  it('have a sign for what became of a file', () => {
    const changes = (['added', 'changed', 'deleted'] as const).map((kind) => ({ path: `/${kind}`, kind, bytes: 9 }));
    const rows = artifactRows({ ...named, image: { cycle: 1, imageId: 'sha256:9ab3', changes } }, new Set(['image']));
    const shown = treeLines(rows, 0, false, { columns: 40, rows: 10 }, theme).map((line) => line.trim());
    expect(shown).toEqual(expect.arrayContaining(['9 B  + added', '9 B  ~ changed', '- deleted']));
  });
});
