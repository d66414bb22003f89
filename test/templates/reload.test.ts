import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TemplateScripts } from '../support/template-scripts.ts';

const applications = [
  ['nodejs', 'server.js', (text: string) => `console.log('${text}'); setInterval(() => {}, 1000);`],
  ['python', 'app.py', (text: string) => `import time\nprint('${text}')\nwhile True: time.sleep(1)`],
  ['ruby', 'app.rb', (text: string) => `$stdout.sync = true\nputs '${text}'\nsleep`],
] as const;

describe.each(applications)('DEV_MODE of the template %s', (template, file, program) => {
  it('starts the application again with each file that takes the place of another one, until it is told to stop', async () => {
    const scripts = new TemplateScripts(template);
    scripts.source({ [file]: program('state 0') });
    expect(scripts.run('assemble').exitCode).toBe(0);
    const running = scripts.start({ DEV_MODE: 'true' });
    onTestFinished(() => void running.kill('SIGKILL'));
    const ended = once(running, 'exit');
    const words = createInterface({ input: running.stdout })[Symbol.asyncIterator]();
    expect((await words.next()).value).toBe('state 0');
    for (const text of ['state 1', 'state 2', 'state 3']) {
      const path = join(scripts.app, 'src', file);
      writeFileSync(`${path}.new`, program(text));
      renameSync(`${path}.new`, path);
      expect((await words.next()).value).toBe(text);
    }
    running.kill('SIGTERM');
    await ended;
  });
});
