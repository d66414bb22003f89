/** A frame at most this often; milliseconds. */
const shortest = 33;
/** How often the screen changes by the clock alone while something runs. */
const tick = 100;

/** Says when to draw: soon after a change, never more than 30 times a second, and never when nothing changed. */
export interface FrameClock {
  changed(): void;
  /** Whether a spinner turns. */
  tick(on: boolean): void;
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
  const setTicking = (on: boolean): void => {
    if (on) ticking ??= setInterval(changed, tick);
    else {
      clearInterval(ticking);
      ticking = undefined;
    }
  };
  return {
    changed,
    tick: setTicking,
    stop() {
      clearTimeout(timer);
      timer = undefined;
      setTicking(false);
    },
  };
}
