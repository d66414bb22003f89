// @ts-check
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findOrStartEngine } from './engine.mjs';
import { engineApi } from './engine-api.mjs';
import { getWhenReady } from './http-get.mjs';
import { bundle, prepareProject, projectFolder } from './project.mjs';
import { makeSampleBuilder, sampleBuilder } from './sample-builder.mjs';
import { script } from './terminal.mjs';
import { tidyAtEnd } from './tidy-images.mjs';

const app = 'templates/static/test/test-app';
const image = 'sti-sample:latest';
const port = '8080/tcp';

const { STI_KEEP_ENGINE } = process.env;
const { values } = parseArgs({
  options: { keep: { type: 'boolean', default: STI_KEEP_ENGINE === '1' } },
});

await script(async (quickstart) => {
  const { signal, say, step, defer } = quickstart;
  say('\nsti: a folder becomes a container image\n');
  process.chdir(projectFolder);
  await prepareProject(quickstart);

  /** @type {import('./engine-api.mjs').EngineApi} */
  let api = engineApi('unix:///');
  await step('engine', async () => {
    const engine = await findOrStartEngine(quickstart, values);
    api = engineApi(engine.address);
    return engine.summary;
  });

  // The builder image last: the other one stands on it.
  await tidyAtEnd(quickstart, api, sampleBuilder, values);
  await tidyAtEnd(quickstart, api, image, values);
  await step('builder image', () => makeSampleBuilder(quickstart, api));

  say(`\n$ sti build ${app} ${sampleBuilder} ${image}`);
  const cache = mkdtempSync(join(tmpdir(), 'sti-quickstart-'));
  defer(async () => rmSync(cache, { recursive: true, force: true }));
  const env = { DOCKER_HOST: api.address, XDG_CACHE_HOME: cache };
  await quickstart.run(process.execPath, [bundle, 'build', app, sampleBuilder, image], { env, show: true });
  say();

  await step('application', async () => {
    const address = await startApplication();
    const { status, body } = await getWhenReady(address, { signal });
    const title = /<title>(.*)<\/title>/.exec(body.toString())?.[1] ?? body.toString().split('\n')[0];
    if (status !== 200) throw new Error(`${address} answered ${status}: ${title}`);
    return `${address} answered ${status}: “${title}”`;
  });

  say(
    values.keep
      ? `\nThe image stays. Run it: docker run --rm -p 8080:8080 ${image}`
      : '\nDone. With `npm run quickstart -- --keep` the images stay.',
  );

  async function startApplication() {
    const config = { Image: image, HostConfig: { PortBindings: { [port]: [{ HostIp: '127.0.0.1', HostPort: '' }] } } };
    /** @type {any} */
    const { Id: id } = await api.json('POST', `/containers/create?name=sti-sample-${process.pid}`, {
      body: config,
      signal,
    });
    defer(async () => {
      await api.call('POST', `/containers/${id}/stop`);
      await api.call('DELETE', `/containers/${id}?v=1&force=1`);
    });
    await api.call('POST', `/containers/${id}/start`, { signal });
    /** @type {any} */
    const container = await api.json('GET', `/containers/${id}/json`, { signal });
    return `http://127.0.0.1:${container.NetworkSettings.Ports[port][0].HostPort}/`;
  }
});
