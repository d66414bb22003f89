import { key, shown } from './binding.ts';
import type { Facts, KeyBinding } from './commands.ts';
import { quietKeys } from './quiet.ts';
import { all, always, inApp, inLogs, inSteps, inTree, live, liveApp, notEnding, uncovered, unless } from './why-not.ts';

const backs = 'there is nothing to go back from';
const canGoBack = ({ overlay, searching, filtering, opened, zoomed, several, screen, focus }: Facts): boolean =>
  overlay || searching || filtering || opened || zoomed || focus === 'requests' || (several && screen === 'app');
const searching = unless('search first (/)', (facts) => facts.searching);
const inList = all(
  uncovered,
  unless('this is for several applications', ({ several }) => several),
  unless('esc shows the list of applications', ({ screen }) => screen === 'list'),
);
const opens = all(
  uncovered,
  unless(
    'nothing opens here; in Steps enter opens a build, in Requests a request',
    ({ screen, focus, request }) =>
      screen === 'list' || focus === 'steps' || (focus === 'requests' && request !== undefined),
  ),
);

/** Every key of the dashboard: input, footer, help and the list in docs/dashboard.md come from this table. */
export const keyMap: readonly KeyBinding[] = [
  key(
    'quit',
    ['q', 'ctrl+c'],
    'sti',
    'Stop the application and quit; a second time: at once',
    always,
    shown(({ ending }) => (ending ? 'quit at once' : 'quit'), 0),
  ),
  key(
    'back',
    ['esc'],
    'Panes',
    'Go back: from help, a search, a past build, a zoomed pane, an application',
    unless(backs, canGoBack),
    shown('back', 2),
  ),
  key(
    'enter',
    ['enter'],
    'Builds',
    'Open the build (or the application, or the request) under the cursor',
    opens,
    shown(({ screen, focus }) => (screen === 'list' ? 'open' : focus === 'requests' ? 'show' : 'open build'), 3),
  ),
  key(
    'build',
    ['b'],
    'Builds',
    'Build now, with the artifacts there are',
    live,
    shown(({ screen }) => (screen === 'list' ? 'build one' : 'build'), 1),
  ),
  key('build-all', ['B'], 'Builds', 'Build every application now', all(inList, notEnding), shown('build all', 2)),
  key('build-clean', ['c'], 'Builds', 'Build now without artifacts of earlier builds', liveApp, shown('clean', 5)),
  key(
    'restart',
    ['r'],
    'Builds',
    'Start the application again, also after it has ended',
    liveApp,
    shown('restart', ({ exited }) => (exited ? 1 : 5)),
  ),
  key(
    'send-again',
    ['R'],
    'Requests',
    'Send the request under the cursor again, if it is a GET',
    all(
      inApp,
      notEnding,
      unless(
        'no request is under the cursor (4 shows them)',
        ({ request, focus }) => focus === 'requests' && request !== undefined,
      ),
      unless('only a GET can be sent again: others may change something', ({ request }) => request === 'GET'),
      unless('nothing is served', ({ url }) => url),
    ),
    shown('send again', 3),
  ),
  key(
    'open',
    ['o'],
    'sti',
    'Open the application in the browser',
    all(
      inApp,
      notEnding,
      unless('nothing is served', ({ url }) => url),
    ),
    shown('open', 4),
  ),
  key(
    'search',
    ['/'],
    'Logs',
    'Search the logs, /re/ by a regular expression; enter keeps the search, esc drops it',
    inApp,
    shown('search', 3),
  ),
  key(
    'filter',
    ['&'],
    'Logs',
    'Show only lines that match, with &! those that do not; esc shows all again',
    inApp,
    shown('filter', 4),
  ),
  key('next-hit', ['n'], 'Logs', 'Go to the next hit of the search', all(inApp, searching), shown('next hit', 2)),
  key(
    'previous-hit',
    ['N'],
    'Logs',
    'Go to the previous hit of the search',
    all(inApp, searching),
    shown('previous', 3),
  ),
  key(
    'next-error',
    ['e'],
    'Logs',
    'Go to the next line that looks like an error',
    inApp,
    shown('error', ({ failed, exited }) => (failed || exited ? 2 : 3)),
  ),
  key('next-pane', ['tab'], 'Panes', 'Go to the next pane; shift+tab to the one before', inApp, shown('pane', 4)),
  key(
    'zoom',
    ['z'],
    'Panes',
    'Give the pane the whole screen, and back',
    inApp,
    shown(({ zoomed }) => (zoomed ? 'unzoom' : 'zoom'), 6),
  ),
  key(
    'follow',
    ['f'],
    'Logs',
    'Follow the end of the logs again',
    all(
      inApp,
      unless('the end is followed', ({ following }) => !following),
    ),
    shown('follow', 3),
  ),
  key(
    'all-sources',
    ['0'],
    'Logs',
    'Show all logs; 1 those of assemble, 2 of the app, 3 all of sti, 4 requests',
    inApp,
    shown('all', 7),
  ),
  key('wrap', ['w'], 'Logs', 'Wrap long lines at words, or cut them', inLogs, shown('wrap', 7)),
  key('times', ['t'], 'Logs', 'Show when each line came; again: how long after the save', inLogs, shown('times', 8)),
  key('save', ['s'], 'Logs', 'Save the logs that are shown to a file', inLogs, shown('save', 7)),
  key('expand', ['right', 'l'], 'Artifacts', 'Open a folder; left closes it', inTree, shown('open folder', 3)),
  key(
    'kind',
    ['K'],
    'Artifacts',
    'Show of the image only what was added; again: changed, deleted, all',
    all(
      inTree,
      unless('there is no image yet', ({ image }) => image),
    ),
    shown('by kind', 5),
  ),
  key(
    'pause',
    ['p'],
    'Builds',
    'Pause watching, and go on',
    liveApp,
    shown(({ paused }) => (paused ? 'go on watching' : 'pause'), 6),
  ),
  key(
    'shell',
    ['x'],
    'sti',
    'A shell in the running application or, after a failed assemble, in that failed state',
    all(
      inApp,
      notEnding,
      unless('nothing runs that a shell could be in', ({ shell }) => shell),
    ),
    shown('shell', ({ failed }) => (failed ? 2 : 6)),
  ),
  key(
    'inspect',
    ['i'],
    'sti',
    'Show all about what runs: environment, ports, user, container, how to run the same',
    all(
      inApp,
      unless('there is no loop that could tell', (facts) => facts.live),
    ),
    shown('inspect', 7),
  ),
  key(
    'compare',
    ['d'],
    'Builds',
    'Compare the build under the cursor with the marked one, or the one before it',
    all(
      inSteps,
      unless('there is only one build yet', ({ builds }) => builds > 1),
    ),
    shown('compare', 4),
  ),
  key('copy', ['y'], 'sti', 'Copy the line, the error, the address or the image', inApp, shown('copy', 6)),
  key('palette', [':'], 'sti', 'Find any of these commands by typing', uncovered, shown('commands', 1)),
  key('help', ['?'], 'sti', 'Show or hide this list', always, shown('help', 0)),
  ...quietKeys,
];
