import { describe, expect, it, onTestFinished } from 'vitest';
import { sampleApp, serving } from '../support/sample-app.ts';
import { showScreen } from '../support/screen-of.ts';

describe('quick typing', () => {
  it('goes on by as many panes as tab came in one piece', async () => {
    const screen = showScreen([sampleApp('my-app', serving)], [100, 30]);
    onTestFinished(() => screen.close());
    await screen.press('\t\t');
    await screen.press('z');
    expect(await screen.text()).toContain('╭ Steps ──');
    expect(await screen.text()).not.toContain('╭ Logs');
  });
});
