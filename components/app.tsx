import { Box, useInput } from 'ink';
import { useLayoutEffect, useState, useSyncExternalStore } from 'react';
import type { DashboardApp } from './actions.ts';
import { Canvas, CanvasContext } from './canvas.ts';
import { drawPanes } from './draw.ts';
import { factsOf } from './facts.ts';
import { Footer, footerLine, searchLine } from './footer.tsx';
import { Header } from './header.tsx';
import { helpLines } from './help-lines.ts';
import { isTooSmall, smallest } from './layout.ts';
import { listLines } from './list-lines.ts';
import type { Model } from './model.ts';
import { inside, Pane } from './pane.tsx';
import { clip, harmless, padEnd, wrapWords } from './text.ts';

interface AppProps {
  readonly model: Model;
  readonly draw: (rows: readonly string[]) => void;
}

/** The whole screen, with the only `useInput`. It's drawn anew for each version of the model. */
export function App({ model, draw }: AppProps) {
  useSyncExternalStore(model.subscribe, model.version);
  useInput(model.input);
  const [canvas] = useState(() => new Canvas());
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
  if (model.help) return <Help model={model} />;
  return model.opened === undefined ? <AppList model={model} /> : <OneApp model={model} app={model.opened} />;
}

function OneApp({ model, app }: { readonly model: Model; readonly app: DashboardApp }) {
  const { theme, now } = model.options;
  const { header, arrangement, size } = model.scene(app);
  const looked = model.look(app);
  const { log } = looked.view;
  model.seeker.use(app.store.log, log.query, arrangement.filter);
  const found = model.seeker.describe(log.line);
  const panes = drawPanes({ looked, arrangement, theme, now: now(), found });
  const [steps, logs, artifacts] = ['steps', 'logs', 'artifacts'].map((name) => panes.find(({ key }) => key === name));
  return (
    <Box flexDirection="column">
      <Header lines={header} />
      <Box flexDirection={arrangement.layout.stacked ? 'column' : 'row'}>
        {steps && <Pane {...steps} key="steps" />}
        {logs && <Pane {...logs} key="logs" />}
      </Box>
      {artifacts && <Pane {...artifacts} key="artifacts" />}
      <Footer line={log.typing ? searchLine(log.query ?? '', found, size.columns, theme) : keysLine(model)} />
    </Box>
  );
}

function AppList({ model }: { readonly model: Model }) {
  const { theme, apps, title, now, size } = model.options;
  const { columns, rows } = size();
  const listed = apps.map(({ name, store }) => ({ name, state: store.state }));
  const words = wrapWords(theme.words(model.notice ?? `${apps.length} applications`), columns - title.length - 4);
  const header = words.map(
    (line, index) => `${index === 0 ? theme.paint('strong', title) : ' '.repeat(title.length)}  ${line}`,
  );
  const pane = { columns, rows: rows - header.length - 1 };
  const lines = listLines(listed, model.cursor, inside(pane), theme, now());
  return (
    <Box flexDirection="column">
      <Header lines={header.map((line) => ` ${line}`)} />
      <Pane title="Applications" size={pane} focused theme={theme} lines={lines} />
      <Footer line={keysLine(model)} />
    </Box>
  );
}

function Help({ model }: { readonly model: Model }) {
  const { theme, size } = model.options;
  const { columns, rows } = size();
  const pane = { columns, rows: rows - 1 };
  const room = inside(pane);
  const all = helpLines(room, theme);
  // Scrolled too far is scrolled to the end.
  model.helpTop = Math.max(0, Math.min(model.helpTop, all.length - room.rows));
  const lines = all.slice(model.helpTop, model.helpTop + room.rows);
  const below = all.length - model.helpTop - lines.length;
  const note = below > 0 ? `${below} more: down` : '';
  return (
    <Box flexDirection="column">
      <Pane title="Keys" size={pane} focused theme={theme} lines={lines} note={note} />
      <Footer
        line={` ${theme.paint('strong', '?')} ${theme.paint('faint', 'or')} ${theme.paint('strong', 'esc')} ${theme.paint('faint', 'close')}`}
      />
    </Box>
  );
}

function TooSmall({ model }: { readonly model: Model }) {
  const { columns, rows } = model.options.size();
  const words = [
    'This window is too small for the dashboard:',
    `${columns}×${rows}, it needs ${smallest.columns}×${smallest.rows}.`,
    model.notice ?? 'Make it larger, or press q to quit.',
  ];
  const lines = words.flatMap((line) =>
    wrapWords(model.options.theme.look.unicode ? line : line.replaceAll('×', 'x'), columns),
  );
  return <Header lines={lines.slice(0, Math.max(1, rows))} />;
}

function keysLine(model: Model): string {
  const { theme, size } = model.options;
  const { columns } = size();
  if (model.message !== undefined) return padEnd(` ${clip(harmless(model.message), columns - 2, theme.marks.more)}`, 0);
  return footerLine(factsOf(model), columns, theme);
}
