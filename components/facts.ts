import { currentBuild, describeStatus } from '../source/dev/state/select.ts';
import type { Facts } from './commands.ts';
import type { Model } from './model.ts';
import { initialView, topOf } from './view-state.ts';

/** What there is to press keys for at this moment. */
export function factsOf(model: Model): Facts {
  const app = model.opened;
  const { apps } = model.options;
  const view = app === undefined ? initialView : model.view(app);
  const state = app?.store.state;
  const controls = (app ?? apps[model.cursor])?.controls();
  return {
    screen: app === undefined ? 'list' : 'app',
    several: apps.length > 1,
    focus: view.focus,
    zoomed: view.zoom,
    opened: view.opened !== undefined,
    searching: view.log.query !== undefined,
    following: state === undefined || topOf(state, view) === undefined,
    paused: state?.paused === true,
    ending: model.ending,
    live: controls !== undefined && state?.finished === undefined && !model.ending,
    url: state !== undefined && !model.ending && describeStatus(state).url !== undefined,
    shell: app !== undefined && !model.ending && controls?.shellTarget() !== undefined,
    failed: state !== undefined && currentBuild(state)?.end === 'failed',
    exited: state?.exited !== undefined,
    help: model.help,
  };
}
