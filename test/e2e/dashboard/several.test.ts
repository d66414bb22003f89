import { expect, it, onTestFinished } from 'vitest';
import { makeBuilder } from '../../support/builders.ts';
import { dashboardBuilder, inTerminal } from '../../support/dashboard.ts';
import { api, removeImage, testTag } from '../../support/engine.ts';
import { tempFolder, writeFiles } from '../../support/temp.ts';

it('an application that can not start says why in the list, and is served once it can and b is pressed', async () => {
  const cwd = tempFolder();
  const builder = await makeBuilder(dashboardBuilder);
  const missing = testTag('not-there-yet');
  const configure = (folder: string, image: string, port: string) => {
    const tag = testTag(folder);
    const config = { image, tag, ports: [`${port}:8080`], pullPolicy: 'never' };
    writeFiles(`${cwd}/${folder}`, { 'index.html': folder, '.sti/config.json': JSON.stringify(config) });
    onTestFinished(() => removeImage(tag));
  };
  configure('shop', builder, '18094');
  configure('admin', missing, '18099');
  const { shows, type, expectLeft } = await inTerminal([`${cwd}/shop`, `${cwd}/admin`]);
  await shows(/● shop .*serving/);
  await shows(/✘ admin .*not-there-yet/);
  await api.call('POST', `/images/${builder}/tag?repo=${missing.replace(/:latest$/, '')}`);
  onTestFinished(() => removeImage(missing));
  // What failed stands first.
  type('k');
  type('b');
  await shows(/● admin .*serving/);
  expect(await (await fetch('http://127.0.0.1:18099/index.html')).text()).toBe('admin');
  type('q');
  await expectLeft();
});
