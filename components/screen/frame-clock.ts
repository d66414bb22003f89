/** A frame at most this often; milliseconds. */
const shortest = 33;
/** Says when to draw: soon after a change, never more than 30 times a second, and never when nothing changed. */
export interface FrameClock {
  changed(): void;
  /** How often the screen changes by the clock alone, in milliseconds; undefined: it doesn't. */
  tick(every: number | undefined): void;
  stop(): void;
}

export function createFrameClock(draw: () => void): FrameClock {
  let last = 0;
  let timer: NodeJS.Timeout | undefined;
  let ticking: NodeJS.Timeout | undefined;
  const changed = (): void => {
    timer ??= setTimeout(
      () => {
        timer = undefined;
        last = performance.now();
        draw();
      },
      Math.max(0, last + shortest - performance.now()),
    );
  };
  let interval: number | undefined;
  const setTicking = (every: number | undefined): void => {
    if (every === interval) return;
    interval = every;
    clearInterval(ticking);
    ticking = every === undefined ? undefined : setInterval(changed, every);
  };
  return {
    changed,
    tick: setTicking,
    stop() {
      clearTimeout(timer);
      timer = undefined;
      setTicking(undefined);
    },
  };
}
