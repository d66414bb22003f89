import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { engineApi } from '../test/support/engine-api.ts';
import { getWhenReady } from '../test/support/http-get.ts';
import { engineStep, keepEngine } from './engine.ts';
import { bundle } from './project.mjs';
import { makeSampleBuilder, sampleBuilder } from './sample-builder.ts';
import type { Script } from './terminal.mjs';
import { tidyAtEnd } from './tidy-images.ts';

const app = 'templates/static/test/test-app';
const image = 'sti-sample:latest';
const port = '8080/tcp';

/** A folder becomes a container image. */
export default async function quickstart(script: Script, args: readonly string[]): Promise<void> {
  const { signal, say, step, defer } = script;
  const { values } = parseArgs({ args: [...args], options: { keep: { type: 'boolean', default: keepEngine } } });
  const api = engineApi((await engineStep(script, values)).address);

  // The builder image last: the other one stands on it.
  await tidyAtEnd(script, api, sampleBuilder, values);
  await tidyAtEnd(script, api, image, values);
  await step('builder image', () => makeSampleBuilder(script, api));

  say(`\nA folder becomes a container image:\n$ sti build ${app} ${sampleBuilder} ${image}`);
  const cache = mkdtempSync(join(tmpdir(), 'sti-quickstart-'));
  defer(async () => rmSync(cache, { recursive: true, force: true }));
  const env = { DOCKER_HOST: api.address, XDG_CACHE_HOME: cache };
  await script.run(process.execPath, [bundle, 'build', app, sampleBuilder, image], { env, show: true });
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

  async function startApplication(): Promise<string> {
    const body = { Image: image, HostConfig: { PortBindings: { [port]: [{ HostIp: '127.0.0.1', HostPort: '' }] } } };
    const path = `/containers/create?name=sti-sample-${process.pid}`;
    const { Id: id } = await api.json<{ Id: string }>('POST', path, { body, signal });
    defer(async () => {
      await api.call('POST', `/containers/${id}/stop`);
      await api.call('DELETE', `/containers/${id}?v=1&force=1`);
    });
    await api.call('POST', `/containers/${id}/start`, { signal });
    const container = await api.json<{
      NetworkSettings: { Ports: Record<string, readonly { HostPort: string }[] | null> };
    }>('GET', `/containers/${id}/json`, { signal });
    return `http://127.0.0.1:${container.NetworkSettings.Ports[port]?.[0]?.HostPort}/`;
  }
}
