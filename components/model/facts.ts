import { currentBuild, describeStatus } from '../../source/dev/state/select.ts';
import type { Facts } from '../keys/commands.ts';
import type { DashboardApp } from './actions.ts';
import { cursorRequest, initialView, topOf, type ViewState } from './view-state.ts';

/** What of the model decides which keys there are. */
export interface Situation {
  readonly apps: readonly DashboardApp[];
  /** undefined: the list of applications is shown. */
  readonly opened: DashboardApp | undefined;
  readonly cursor: number;
  readonly overlay: object | undefined;
  readonly ending: boolean;
  view(app: DashboardApp): ViewState;
}

/** What there is to press keys for at this moment. */
export function factsOf(situation: Situation): Facts {
  const { apps, opened: app, cursor, overlay, ending } = situation;
  const view = app === undefined ? initialView : situation.view(app);
  const state = app?.store.state;
  const controls = (app ?? apps[cursor])?.controls();
  const isAway = state?.interrupted?.until === 'it is over';
  return {
    screen: app === undefined ? 'list' : 'app',
    several: apps.length > 1,
    focus: view.focus,
    zoomed: view.zoom,
    opened: view.opened !== undefined || view.requests.opened,
    searching: view.log.query !== undefined,
    filtering: view.log.only !== undefined,
    following: state === undefined || topOf(state, view) === undefined,
    paused: state?.paused === true,
    ending,
    live: controls !== undefined && state?.finished === undefined && !isAway && !ending,
    away: isAway,
    url: state !== undefined && !ending && describeStatus(state).url !== undefined,
    shell: app !== undefined && !ending && controls?.shellTarget() !== undefined,
    failed: state !== undefined && currentBuild(state)?.end === 'failed',
    exited: state?.exited !== undefined,
    request: state === undefined ? undefined : cursorRequest(state, view)?.method,
    image: state?.image?.changes !== undefined,
    builds: state?.builds.length ?? 0,
    overlay: overlay !== undefined,
  };
}
