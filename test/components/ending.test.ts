import { describe, expect, it, onTestFinished } from 'vitest';
import { failed, sampleApp, serving } from '../support/sample-app.ts';
import { showScreen } from '../support/screen-of.ts';

function showApp(size: readonly [number, number], events = serving) {
  const asked: boolean[] = [];
  const screen = showScreen([sampleApp('my-app', events)], size, { actions: { quit: (hard) => asked.push(hard) } });
  onTestFinished(() => screen.close());
  return { screen, asked };
}

describe('while sti is ending', () => {
  it.each([
    [100, 30],
    [60, 20],
  ] as const)('the screen of %i×%i says what it waits for and what asking again does', async (...size) => {
    const { screen } = showApp(size);
    screen.announceEnd('the application is being stopped');
    const [doing, help] = (await screen.text()).split('\n');
    expect(doing).toContain('ending: the application is being stopped');
    expect(help).toContain('q or Ctrl-C again quits at once');
  });

  it('the list of several applications says it on a small screen, too', async () => {
    const screen = showScreen([sampleApp('api', serving), sampleApp('web', serving)], [60, 20]);
    onTestFinished(() => screen.close());
    screen.announceEnd('the applications are being stopped');
    const text = (await screen.text()).replace(/\s+/g, ' ');
    expect(text).toContain('ending: the applications are being stopped — q or Ctrl-C again quits at once');
  });

  it('keys that would start something are gone, and quit says that it is at once', async () => {
    const { screen } = showApp([200, 50]);
    expect(await screen.text()).toMatch(/ q quit {3}.*b build.*r restart.*o open.*x shell/);
    screen.announceEnd('the application is being stopped');
    const keys = (await screen.text()).split('\n').at(-1);
    expect(keys).toMatch(/^ q quit at once /);
    expect(keys).not.toMatch(/build|restart|o open|shell|pause/);
  });

  it('the first request is a soft one, each after that hard, whoever asked first', async () => {
    const { screen, asked } = showApp([100, 30]);
    await screen.press('q');
    screen.announceEnd('the application is being stopped');
    await screen.press('\x03');
    expect(asked).toEqual([false, true]);
  });
});

describe('after a failure', () => {
  it.each([
    [100, 30],
    [80, 24],
    [60, 20],
  ] as const)('the screen of %i×%i says what failed, why, what is served where, and what to press', async (...size) => {
    const { screen } = showApp(size, failed);
    const text = await screen.text();
    expect(text).toMatch(/^ ✘ (build )?2 failed: assemble exit 1 — still serving (build )?1/m);
    const bars = text.split('\n').flatMap((line) => /▌ (.*?) *│/.exec(line)?.[1] ?? []);
    expect(bars.join(' ')).toMatch(
      /^assemble (?:failed with exit code|exit) 1 src.app.js:12: error: .*Try: .*still serving build 1 at http:..localhost:8080/,
    );
    expect(text.split('\n').at(-1)).toMatch(/b build.* e error.* x shell.* \? help/);
  });
});

describe('after the application ended by itself', () => {
  it.each([
    [100, 30],
    [60, 20],
  ] as const)('the screen of %i×%i says so, and what starts it again', async (...size) => {
    const exit = { type: 'app-exited', at: 9_000, cycle: 1, exitCode: 3, lastLines: [] } as const;
    const { screen } = showApp(size, [...serving, exit]);
    const text = await screen.text();
    expect(text).toMatch(/^ ✘ the application ended: exit 3/m);
    const bars = text.split('\n').flatMap((line) => /▌ (.*?) *│/.exec(line)?.[1] ?? []);
    expect(bars.join(' ')).toMatch(/Try: Read its last lines. r starts it again/);
    expect(bars.join(' ')).toContain('nothing is served');
    expect(text.split('\n').at(-1)).toMatch(/ r restart /);
  });
});
