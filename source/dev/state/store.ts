import type { DevEvent } from '../events.ts';
import { LogBuffer, type LogBufferOptions } from '../logs/log-buffer.ts';
import { writeLog } from './log.ts';
import { reduce } from './reduce.ts';
import { type DevState, initialState } from './state.ts';

/** One application as faces see it: its state, its log, and news of both. */
export interface DevStore {
  readonly state: DevState;
  readonly log: LogBuffer;
  dispatch(event: DevEvent): void;
  /** The listener hears of every change at once: how often it draws is its own affair. Returns how to stop. */
  subscribe(listener: () => void): () => void;
}

export function createDevStore(options: LogBufferOptions = {}): DevStore {
  const log = new LogBuffer(options);
  const listeners = new Set<() => void>();
  let state = initialState;
  return {
    get state() {
      return state;
    },
    log,
    dispatch(event) {
      const before = state;
      state = reduce(state, event);
      writeLog(log, event, before, state);
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
