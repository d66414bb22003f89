import { listOrder } from '../list/list.ts';
import type { Hit } from '../screen/canvas.ts';
import { matching } from './overlay.ts';
import { clicked, isPane, keyOf, linkOf, wheeled } from './pointer.ts';
import { open, type Stage } from './run.ts';
import { listStart } from './viewport.ts';

type Pointed = 'press' | 'wheel-up' | 'wheel-down';

interface Pointable extends Stage {
  readonly size: () => { readonly rows: number };
  press(key: string): void;
}

/** Does what a click, or a turn of the wheel, means where it is. */
export function point(stage: Pointable, hit: Hit, kind: Pointed): void {
  const key = kind === 'press' ? keyOf(hit) : undefined;
  const app = stage.opened;
  if (key !== undefined) stage.press(key);
  else if (stage.overlay !== undefined) pointAtOverlay(stage, hit, kind);
  else if (app === undefined) pointAtList(stage, hit, kind);
  else {
    const link = kind === 'press' ? linkOf(hit, app.fileHere) : undefined;
    if (link !== undefined) open(stage, app, link);
    else if (isPane(hit.name)) {
      const [looked, arrangement] = [stage.look(app), stage.arrangement(app)];
      const isClick = kind === 'press';
      const up = kind === 'wheel-up';
      stage.change(
        app,
        isClick ? clicked(looked, arrangement, hit.name, hit.row) : wheeled(looked, arrangement, hit.name, up),
      );
    }
  }
}

function pointAtOverlay(stage: Pointable, { row }: Hit, kind: Pointed): void {
  const { overlay } = stage;
  if (kind !== 'press') {
    for (let step = 0; step < 3; step++) stage.press(kind === 'wheel-up' ? 'up' : 'down');
  } else if (overlay?.kind === 'choose') {
    const shown = matching(overlay);
    // Above them: the border, what is typed, an empty row; below them the border and the keys.
    const at = listStart(shown.length, overlay.cursor, stage.size().rows - 5) + row - 3;
    const choice = row < 3 ? undefined : shown[at];
    if (choice === undefined) return;
    stage.overlay = undefined;
    choice.act();
  }
}

function pointAtList(stage: Pointable, { name, row }: Hit, kind: Pointed): void {
  if (kind !== 'press') stage.press(kind === 'wheel-up' ? 'up' : 'down');
  else if (name === 'list' && row > 0 && row <= stage.apps.length) {
    const at = listOrder(stage.apps.map(({ store }) => store.state))[row - 1] ?? 0;
    if (stage.cursor === at) stage.opened = stage.apps[at];
    stage.cursor = at;
  }
}
