import { render } from 'ink';
import { App } from './app.tsx';
import { Boundary } from './boundary.tsx';
import { withoutReports } from './input/stdin.ts';
import { withLinks } from './log/links.ts';
import type { DashboardActions, DashboardApp } from './model/actions.ts';
import { Model } from './model/model.ts';
import { createNotifier, type NotifyBy } from './notify.ts';
import { Canvas } from './screen/canvas.ts';
import { createScreen } from './screen/screen.ts';
import type { Look } from './theme/theme.ts';

export interface MountOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** `sti dev` */
  readonly title: string;
  readonly apps: readonly DashboardApp[];
  readonly look: Look;
  /** How a failure is told while the window is behind others; absent: not. */
  readonly notify?: NotifyBy;
  readonly actions: DashboardActions;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

export interface Dashboard {
  /** Rejects when the dashboard itself fails; resolves once it's closed. */
  readonly ended: Promise<void>;
  /** Takes it off the screen for good. */
  close(): void;
  /** Takes it off while something else has the terminal, and puts it back. */
  stepAside(work: () => Promise<void>): Promise<void>;
  /** Draws everything again, after somebody else wrote to the terminal. */
  redraw(): void;
  /** Says something for a moment, in the place of the keys. */
  say(text: string): void;
  /** Says in the header's place for the state what the end waits for, and that asking again ends it at once. */
  announceEnd(what: string): void;
}

/** Puts the dashboard on the terminal. The caller owns the alternate screen; this draws there and reads the keys. */
export function mount(options: MountOptions): Dashboard {
  const { stdin, stdout, title, apps, actions, now = Date.now } = options;
  const size = () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 });
  const canvas = new Canvas();
  const at = (row: number, column: number) => canvas.at(row, column);
  const model = new Model({ title, apps, actions, size, now, at, look: options.look });
  const dress = (row: string): string => {
    const app = model.opened;
    return app === undefined ? row : withLinks(row, app.fileHere, app.folder());
  };
  const screen = createScreen(
    (text) => void stdout.write(text),
    () => size().rows,
    dress,
  );
  const keys = withoutReports(stdin, (report) => model.report(report));
  const { promise: ended, resolve, reject } = withResolvers();
  let stopInk: (() => void) | undefined;
  let failed = false;
  const fail = (error: unknown): void => {
    failed = true;
    reject(error);
    close();
  };

  // Ink lays out the frames and reads the keys, and the screen writes what differs. Ink's own writer moves the cursor
  // relative to where it left it, which a resize or another program's output would put out of place.
  const start = (): void => {
    let open = true;
    const draw = (rows: readonly string[]): void => {
      if (open) screen.draw(rows);
    };
    const ink = render(
      <Boundary onError={fail}>
        <App model={model} canvas={canvas} draw={draw} />
      </Boundary>,
      {
        stdin: keys,
        stdout: withoutWrite(stdout),
        // Each frame at once: how often there is one is for us to say.
        debug: true,
        exitOnCtrlC: false,
        patchConsole: false,
      },
    );
    ink.waitUntilExit().catch(fail);
    stopInk = () => {
      open = false;
      ink.unmount();
      // Without this Node would take keys away from whoever has the terminal next.
      stdin.pause();
    };
    if (failed) stop();
  };
  const stop = (): void => {
    stopInk?.();
    stopInk = undefined;
  };
  const redraw = (): void => {
    screen.invalidate();
    model.changed();
  };
  const notify = createNotifier(options.notify ?? 'off');
  const tell = (): void => {
    const named = apps.map(({ name, store }) => ({ name, state: store.state }));
    const sequence = notify(named, model.isInFront);
    if (sequence !== '') stdout.write(sequence);
  };
  const deaf = apps.map(({ store }) => store.subscribe(tell));
  const close = (): void => {
    for (const stopTelling of deaf) stopTelling();
    stop();
    model.close();
    stdout.off('resize', redraw);
    resolve();
  };
  stdout.on('resize', redraw);
  start();

  return {
    ended,
    close,
    redraw,
    async stepAside(work) {
      stop();
      try {
        await work();
      } finally {
        screen.invalidate();
        start();
      }
    },
    say(text) {
      model.message = text;
      model.changed();
    },
    announceEnd(what) {
      model.notice = `ending: ${what} — q or Ctrl-C again quits at once`;
      model.changed();
    },
  };
}

/** The terminal, but that Ink writes nothing there, and that a resize is ours alone to answer. */
function withoutWrite(stdout: NodeJS.WriteStream): NodeJS.WriteStream {
  return new Proxy(stdout, {
    get(target, name) {
      if (name === 'on' || name === 'off') return () => target;
      if (name !== 'write') {
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      }
      return () => true;
    },
  });
}

function withResolvers() {
  let resolve: () => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<void>((done, fail) => {
    resolve = done;
    reject = fail;
  });
  return { promise, resolve, reject };
}
