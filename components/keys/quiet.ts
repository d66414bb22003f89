import { key } from './binding.ts';
import type { KeyBinding } from './commands.ts';
import { all, always, inApp, inLogs, inSteps, inTree, notEnding, unless } from './why-not.ts';

/** Keys that the footer has no room for: help and the palette have them. */
export const quietKeys: readonly KeyBinding[] = [
  key('previous-pane', ['shift+tab'], 'Panes', '', inApp),
  key('up', ['up', 'k'], 'Panes', 'Go up a line; down or j goes down', always),
  key('down', ['down', 'j'], 'Panes', '', always),
  key('page-up', ['pageup'], 'Panes', 'Go up a page; pagedown or space down', always),
  key('page-down', ['pagedown'], 'Panes', '', always),
  key(
    'page-down',
    ['space'],
    'Panes',
    '',
    unless(
      'this marks a build in Steps',
      ({ focus, screen, overlay }) => overlay || screen === 'list' || focus !== 'steps',
    ),
  ),
  key('first', ['home', 'g'], 'Panes', 'Go to the start; end or G to the end', always),
  key('last', ['end', 'G'], 'Panes', '', always),
  key('only-assemble', ['1'], 'Logs', '', inApp),
  key('only-app', ['2'], 'Logs', '', inApp),
  key('only-sti', ['3'], 'Logs', '', inApp),
  key('requests', ['4'], 'Requests', 'Go to the requests: enter shows all about one', inApp),
  key('fold', ['u'], 'Logs', 'Unfold long runs of like lines, or fold them', inLogs),
  key('collapse', ['left', 'h'], 'Artifacts', '', inTree),
  key('mark', ['space'], 'Builds', 'Mark the build under the cursor, to compare another with it', inSteps),
  key(
    'editor',
    ['E'],
    'sti',
    'Open the file that the error, or the line gone to, names in $EDITOR',
    all(inApp, notEnding),
  ),
  key('smaller', ['<'], 'Panes', 'Give the pane less room; > gives it more', inApp),
  key('larger', ['>'], 'Panes', '', inApp),
  key('mouse', ['m'], 'sti', 'Give the mouse to the terminal, for its own selection, and back', always),
  key('suspend', ['ctrl+z'], 'sti', 'Suspend sti; fg brings it back', always),
];
