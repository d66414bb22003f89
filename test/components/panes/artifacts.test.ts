import { describe, expect, it } from 'vitest';
import { artifactRows } from '../../../components/panes/artifacts.ts';
import { treeLines } from '../../../components/panes/tree.ts';
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

  it('keep the end of a path that has no room, and its sign', () => {
    const path = `opt/app/${'long/'.repeat(30)}index.js`;
    const image = { cycle: 1, imageId: 'sha256:9ab3', changes: [{ path, kind: 'deleted', bytes: 0 }] } as const;
    const rows = artifactRows({ ...named, image }, new Set(['image']));
    const last = treeLines(rows, 0, false, { columns: 40, rows: 10 }, theme).at(-1);
    expect(last).toMatch(/^ +- ….*\/long\/index\.js$/);
    expect(last).toHaveLength(40);
  });
});
