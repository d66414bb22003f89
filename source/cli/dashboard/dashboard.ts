import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dashboard } from '../../../components/mount.tsx';
import type { NotifyBy } from '../../../components/notify.ts';
import type { DevControls, ShellTarget } from '../../dev/controls.ts';
import type { DevEmit } from '../../dev/events.ts';
import type { DevStore } from '../../dev/state/store.ts';
import { messageOf, StiError, toStiError } from '../../errors.ts';
import type { Context, Terminal } from '../context.ts';
import { clipboardSequence, openUrl, runEditor, runShell, saveLog, sendAgain } from './actions.ts';
import { createFileHere } from './file-here.ts';
import { askGround, groundOf } from './ground.ts';
import { isUnicode } from './possible.ts';
import { type AlternateScreen, createAlternateScreen } from './screen.ts';

export interface DashboardOptions {
  /** `sti dev` */
  readonly title: string;
  /** What each application is called, in the order of the list. */
  readonly names: readonly string[];
  readonly context: Pick<Context, 'env' | 'exitNow' | 'tmpDir' | 'cwd'>;
  readonly terminal: Terminal;
  /** The engine's address, if the command line names one. */
  readonly url: string | undefined;
  /** Memory for the log of each application. */
  readonly logBytes: number;
  /** The terminal's background; undefined: it's asked. */
  readonly ground: 'dark' | 'light' | undefined;
  readonly notify: NotifyBy;
}

export interface AppFace {
  readonly emit: DevEmit;
  readonly onControls: (controls: DevControls) => void;
}

/** The full-screen face, from its first frame to the moment when the terminal is given back. */
export interface DashboardFace {
  /** One for each name. */
  readonly apps: readonly AppFace[];
  /** Aborts when the user quits, or when the dashboard itself fails. */
  readonly signal: AbortSignal;
  /** Why the dashboard failed, if it did. */
  readonly failure: StiError | undefined;
  /** Says in the place of the state what the end waits for, and that asking again ends it at once. */
  announceEnd(what: string): void;
  /** Gives the terminal back; what is written afterwards stays on the screen. */
  close(): void;
}

export async function openDashboard(options: DashboardOptions): Promise<DashboardFace> {
  const { terminal, context, names, title } = options;
  const [{ mount }, { createDevStore }] = await Promise.all([
    import('../../../components/mount.tsx'),
    import('../../dev/state/store.ts'),
  ]);
  const screen = createAlternateScreen(terminal);
  const quit = new AbortController();
  const bytes = options.logBytes;
  const apps = names.map((name) => createApp(name, createDevStore({ bytes }), context.cwd));
  let dashboard: Dashboard | undefined;
  let failure: StiError | undefined;
  const fail = (error: unknown): void => {
    failure = toStiError(error);
    quit.abort(failure);
  };
  const aside = (work: () => Promise<void>): void => {
    dashboard?.stepAside(() => steppedAside(terminal, screen, work)).catch(fail);
  };
  const leave = (): void => {
    // Ink draws a last, empty frame when the process ends: that must not be on the normal screen.
    try {
      dashboard?.close();
    } finally {
      screen.leave();
    }
  };
  const stopListening = [terminal.onExit(leave)];
  const ground = options.ground ?? groundOf(context.env);
  screen.enter();
  dashboard = mount({
    stdin: terminal.stdin,
    stdout: terminal.stdout,
    title,
    apps,
    notify: options.notify,
    look: {
      depth: terminal.stdout.getColorDepth({ ...context.env }),
      unicode: isUnicode(context.env),
      ...(ground && { ground }),
    },
    actions: {
      openUrl: (url) => openUrl(url, terminal.platform),
      saveLog: (name, lines) => saveLog(context.tmpDir, name, lines),
      sendAgain,
      shell: (target) => aside(() => shell(target, terminal, options.url)),
      copy: (text) => void terminal.stdout.write(clipboardSequence(text)),
      edit: (path, line) =>
        aside(() =>
          runEditor(path, line, context.env).catch((error) => dashboard?.say(`the editor: ${messageOf(error)}`)),
        ),
      mouse: screen.mouse,
      suspend: () => aside(terminal.suspend),
      quit(hard) {
        if (hard) context.exitNow(130);
        else quit.abort(StiError.cancelled('SIGINT'));
      },
    },
  });
  dashboard.ended.catch(fail);
  if (ground === undefined) terminal.stdout.write(askGround);
  const goOn = (): void => {
    screen.enterAgain();
    dashboard?.redraw();
  };
  stopListening.push(terminal.onContinue(goOn));
  return {
    apps: apps.map(({ emit, onControls }) => ({ emit, onControls })),
    signal: quit.signal,
    get failure() {
      return failure;
    },
    announceEnd: (what) => dashboard?.announceEnd(what),
    close() {
      leave();
      for (const stop of stopListening) stop();
    },
  };
}

function createApp(name: string, store: DevStore, cwd: string) {
  let known: DevControls | undefined;
  const folder = (): string => resolve(cwd, store.state.source);
  return {
    name,
    store,
    folder,
    fileHere: createFileHere(folder),
    controls: () => known,
    onControls(controls: DevControls) {
      known = controls;
    },
    emit: ((event) => store.dispatch(event)) satisfies DevEmit,
  };
}

async function steppedAside({ stdin }: Terminal, screen: AlternateScreen, work: () => Promise<void>): Promise<void> {
  // Ink lets go of the keys a moment later. A read that has begun would then wait for the keys of whoever has the terminal
  // now, and hold up everything; only a flowing stream can be paused.
  await sleep(20);
  stdin.resume();
  stdin.pause();
  screen.leave();
  try {
    await work();
  } finally {
    screen.enter();
  }
}

async function shell(target: ShellTarget, { stdout }: Terminal, url: string | undefined): Promise<void> {
  stdout.write(`A shell in ${target.what}; leave it with exit or Ctrl-D.\n`);
  await runShell(target, url);
}
