import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { DashboardApp } from '../../components/model/actions.ts';
import { mount } from '../../components/mount.tsx';
import { sampleApp, serving } from '../support/sample-app.ts';

/** A dashboard whose application can be made to throw while it's drawn. */
function openDashboard({ broken }: { broken: boolean }) {
  const app = sampleApp('my-app', serving);
  const gone = { broken };
  const fragile: DashboardApp = {
    ...app,
    store: {
      get state() {
        return app.store.state;
      },
      get log() {
        if (gone.broken) throw new Error('thrown while drawing');
        return app.store.log;
      },
      dispatch: app.store.dispatch,
      subscribe: app.store.subscribe,
    },
  };
  const written: string[] = [];
  const raw: boolean[] = [];
  const stdout: NodeJS.WriteStream = Object.assign(Object.create(new EventEmitter()), {
    isTTY: true,
    columns: 80,
    rows: 24,
    write: (text: string) => written.push(text) > 0,
  });
  const stdin: NodeJS.ReadStream = Object.assign(Object.create(new EventEmitter()), {
    isTTY: true,
    setEncoding() {},
    setRawMode: (mode: boolean) => raw.push(mode),
    ref() {},
    unref() {},
    pause() {},
    read: () => null,
  });
  const actions = {
    openUrl: async () => '',
    saveLog: async () => '',
    sendAgain: async () => '',
    shell() {},
    copy() {},
    edit() {},
    mouse() {},
    suspend() {},
    quit() {},
  };
  const look = { depth: 8, unicode: true };
  const dashboard = mount({ stdin, stdout, title: 'sti dev', apps: [fragile], look, actions, now: () => 0 });
  return { dashboard, written, raw, gone };
}

describe('a dashboard that fails', () => {
  it('says why when it was on the screen already, and gives the keys back', async () => {
    const { dashboard, gone, raw } = openDashboard({ broken: false });
    gone.broken = true;
    dashboard.redraw();
    await expect(dashboard.ended).rejects.toThrow('thrown while drawing');
    expect(raw.at(-1)).toBe(false);
  });

  it('says why when not even the first frame could be drawn, and gives the keys back', async () => {
    const { dashboard, raw } = openDashboard({ broken: true });
    await expect(dashboard.ended).rejects.toThrow('thrown while drawing');
    expect(raw.at(-1)).not.toBe(true);
  });

  it('writes nothing more once it is closed', async () => {
    const { dashboard, written } = openDashboard({ broken: false });
    written.length = 0;
    dashboard.close();
    await dashboard.ended;
    expect(written).toEqual([]);
  });
});
