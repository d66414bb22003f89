import { Box, useInput } from 'ink';
import { useLayoutEffect, useSyncExternalStore } from 'react';
import { clip, harmless, padEnd, wrapWords } from '../source/terminal/width.ts';
import { listLines, listOrder } from './list/list.ts';
import { previewLines } from './list/preview.ts';
import type { DashboardApp } from './model/actions.ts';
import { factsOf } from './model/facts.ts';
import type { Model } from './model/model.ts';
import type { Overlay } from './model/overlay.ts';
import { choiceLines } from './panes/choices.ts';
import { Footer, footerLine, searchLine } from './panes/footer.tsx';
import { Header } from './panes/header.tsx';
import { inside, Pane } from './panes/pane.tsx';
import { type Canvas, CanvasContext } from './screen/canvas.ts';
import { drawPanes } from './screen/draw.ts';
import { isTooSmall, type Size, smallest } from './screen/layout.ts';

interface AppProps {
  readonly model: Model;
  readonly canvas: Canvas;
  readonly draw: (rows: readonly string[]) => void;
}

/** The whole screen, with the only `useInput`. It's drawn anew for each version of the model. */
export function App({ model, canvas, draw }: AppProps) {
  useSyncExternalStore(model.subscribe, model.version);
  useInput(model.input);
  useLayoutEffect(() => draw(canvas.rows()));
  // Out of the flow of Ink's own output, which has no rows then: it draws nothing itself.
  return (
    <CanvasContext value={canvas}>
      <Box position="absolute" width={model.options.size().columns}>
        <View model={model} />
      </Box>
    </CanvasContext>
  );
}

function View({ model }: { readonly model: Model }) {
  if (isTooSmall(model.options.size())) return <TooSmall model={model} />;
  if (model.overlay !== undefined) return <Covered model={model} overlay={model.overlay} />;
  return model.opened === undefined ? <AppList model={model} /> : <OneApp model={model} app={model.opened} />;
}

function OneApp({ model, app }: { readonly model: Model; readonly app: DashboardApp }) {
  const { theme } = model;
  const { now } = model.options;
  const { header, arrangement, size } = model.scene(app);
  const looked = model.look(app);
  const { log } = looked.view;
  const found = model.seeker.describe(log.line);
  const panes = drawPanes({ looked, arrangement, theme, now: now(), attended: model.attended, found });
  const artifacts = panes.find(({ key }) => key === 'artifacts');
  return (
    <Box flexDirection="column">
      <Header lines={header} />
      <Box flexDirection={arrangement.layout.stacked ? 'column' : 'row'}>
        {panes.map((pane) => pane.key !== 'artifacts' && <Pane {...pane} key={pane.key} />)}
      </Box>
      {artifacts && <Pane {...artifacts} key="artifacts" />}
      <Footer line={log.typing ? searchLine(log, found, size.columns, theme) : keysLine(model)} />
    </Box>
  );
}

function AppList({ model }: { readonly model: Model }) {
  const { apps, title, now, size } = model.options;
  const { theme } = model;
  const { columns, rows } = size();
  const order = listOrder(apps.map(({ store }) => store.state));
  const listed = order.flatMap((index) => apps[index] ?? []).map(({ name, store }) => ({ name, state: store.state }));
  const words = wrapWords(theme.words(model.notice ?? `${apps.length} applications`), columns - title.length - 4);
  const header = words.map(
    (line, index) => `${index === 0 ? theme.paint('strong', title) : ' '.repeat(title.length)}  ${line}`,
  );
  const body = rows - header.length - 1;
  // The lower half has the last lines of the one under the cursor, where there is room for both.
  const upper = body < 14 ? body : Math.min(apps.length + 2, Math.floor(body / 2));
  const [list, below] = [
    { columns, rows: upper },
    { columns, rows: body - upper },
  ];
  const lines = listLines(listed, order.indexOf(model.cursor), inside(list), theme, now());
  const app = apps[model.cursor];
  return (
    <Box flexDirection="column">
      <Header lines={header.map((line) => ` ${line}`)} />
      <Pane name="list" title="Applications" size={list} focused theme={theme} lines={lines} />
      {app && below.rows > 0 && (
        <Pane
          name="preview"
          title={app.name}
          size={below}
          focused={false}
          theme={theme}
          lines={previewLines(model.look(app), inside(below), theme)}
          note="enter opens it"
        />
      )}
      <Footer line={keysLine(model)} />
    </Box>
  );
}

/** What lies over the panes. */
function Covered({ model, overlay }: { readonly model: Model; readonly overlay: Overlay }) {
  const { theme } = model;
  const { columns, rows } = model.options.size();
  const pane = { columns, rows: rows - 1 };
  const room = inside(pane);
  const { lines, note } =
    overlay.kind === 'choose' ? { lines: choiceLines(overlay, room, theme), note: '' } : text(model, overlay, room);
  const keys =
    overlay.kind === 'choose'
      ? [
          ['enter', 'choose'],
          ['esc', 'close'],
        ]
      : [
          ['esc', 'close'],
          ['?', 'help'],
        ];
  const footer = keys
    .map(([key = '', label = '']) => `${theme.paint('strong', key)} ${theme.paint('faint', label)}`)
    .join('   ');
  return (
    <Box flexDirection="column">
      <Pane name="overlay" title={overlay.title} size={pane} focused theme={theme} lines={lines} note={note} />
      <Footer line={model.message === undefined ? ` ${footer}` : keysLine(model)} />
    </Box>
  );
}

function text(model: Model, overlay: Overlay & { readonly kind: 'text' }, room: Size) {
  const all = overlay.lines(room);
  // Scrolled too far is scrolled to the end.
  const top = Math.max(0, Math.min(overlay.top, all.length - room.rows));
  model.overlay = { ...overlay, top };
  const lines = all.slice(top, top + room.rows);
  const below = all.length - top - lines.length;
  return { lines, note: below > 0 ? `${below} more: down` : '' };
}

function TooSmall({ model }: { readonly model: Model }) {
  const { columns, rows } = model.options.size();
  const words = [
    'This window is too small for the dashboard:',
    `${columns}×${rows}, it needs ${smallest.columns}×${smallest.rows}.`,
    model.notice ?? 'Make it larger, or press q to quit.',
  ];
  const lines = words.flatMap((line) =>
    wrapWords(model.theme.look.unicode ? line : line.replaceAll('×', 'x'), columns),
  );
  return <Header lines={lines.slice(0, Math.max(1, rows))} />;
}

function keysLine(model: Model): string {
  const { theme } = model;
  const { columns } = model.options.size();
  if (model.message !== undefined) return padEnd(` ${clip(harmless(model.message), columns - 2, theme.marks.more)}`, 0);
  return footerLine(factsOf(model), columns, theme);
}
