import type { DevControls } from '../../source/dev/controls.ts';
import { formatBytes } from '../../source/terminal/units.ts';
import { padStart } from '../../source/terminal/width.ts';
import { sparkline } from '../theme/bars.ts';
import type { Theme } from '../theme/theme.ts';

/** How often the engine is asked, and how many answers are remembered. */
const everyMs = 2_000;
const remembered = 8;
const none: readonly number[] = Array.from({ length: remembered }, () => 0);

type Sample = NonNullable<Awaited<ReturnType<DevControls['observe']['usage']>>>;

/** What an application uses of the machine, asked for while it runs. */
export class Usage {
  readonly #controls: () => DevControls | undefined;
  readonly #changed: () => void;
  readonly #timer: NodeJS.Timeout;
  #last: { readonly sample: Sample; readonly at: number } | undefined;
  #percents: readonly number[] = none;
  #serving: number | undefined;
  #isAsking = false;

  constructor(controls: () => DevControls | undefined, changed: () => void) {
    this.#controls = controls;
    this.#changed = changed;
    this.#timer = setInterval(() => void this.#ask(), everyMs);
    this.#timer.unref?.();
  }

  /**
   * `cpu   3 %  mem  61 MB ▁▁▂▁▁▃`; nothing while nothing is known. A new version is asked for at once, so that the header is
   * at rest when the application is.
   */
  describe(theme: Theme, serving: number | undefined): string {
    if (serving !== this.#serving) {
      this.#serving = serving;
      void this.#ask();
    }
    if (this.#last === undefined) return '';
    const percent = padStart(String(this.#percents.at(-1) ?? 0), 3);
    const memory = padStart(formatBytes(this.#last.sample.memory), 6);
    return `cpu ${percent} %  mem ${memory} ${sparkline(this.#percents, 100, theme)}`;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #ask(): Promise<void> {
    const controls = this.#controls();
    if (this.#isAsking || controls === undefined) return;
    this.#isAsking = true;
    const sample = await controls.observe.usage().catch(() => undefined);
    this.#isAsking = false;
    const [before, at] = [this.#last, performance.now()];
    this.#last = sample && { sample, at };
    if (sample === undefined) this.#percents = none;
    // A new version's container has used less than the one before.
    else if (before !== undefined && sample.cpu >= before.sample.cpu) {
      const percent = Math.round((sample.cpu - before.sample.cpu) / 1e4 / (at - before.at));
      this.#percents = [...this.#percents, percent].slice(-remembered);
    }
    if (sample !== undefined || before !== undefined) this.#changed();
  }
}
