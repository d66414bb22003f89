import type { DevEvent } from '../events.ts';
import { LogBuffer, type LogBufferOptions } from '../logs/log-buffer.ts';
import { writeLog } from '../logs/write-log.ts';
import { reduce } from './reduce.ts';
import { type DevState, initialState } from './state.ts';

/** Subscribers are told at most this often; milliseconds. */
const shortest = 33;

/** One application as faces see it: its state, its log, and news of both. */
export interface DevStore {
  readonly state: DevState;
  readonly log: LogBuffer;
  dispatch(event: DevEvent): void;
  /** The listener hears of changes at most 30 times a second, never of a single one at once. Returns how to stop. */
  subscribe(listener: () => void): () => void;
}

export function createDevStore(options: LogBufferOptions): DevStore {
  const log = new LogBuffer(options);
  const listeners = new Set<() => void>();
  let state = initialState;
  let timer: NodeJS.Timeout | undefined;
  const notify = (): void => {
    timer = undefined;
    for (const listener of listeners) listener();
  };
  return {
    get state() {
      return state;
    },
    log,
    dispatch(event) {
      const before = state;
      state = reduce(state, event);
      writeLog(log, event, before, state);
      timer ??= setTimeout(notify, shortest);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearTimeout(timer);
        timer = undefined;
      };
    },
  };
}
