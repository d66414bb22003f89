import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOrStartEngine } from '../engine.mjs';
import { engineApi } from '../engine-api.mjs';
import { finished, tarOf } from '../images.mjs';
import { makeSampleBuilder, sampleBuilder } from '../sample-builder.mjs';
import type { Script } from '../terminal.mjs';
import { tidyAtEnd } from '../tidy-images.mjs';

/** Where sti is shown: an engine that can go away, a builder image, and a folder for sites. */
export interface Stage {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Takes the engine away, and gives it back. */
  readonly engine: { cut(): Promise<void>; mend(): Promise<void> };
}

/** The sample builder without a port. */
export const workerBuilder = 'sti-worker:latest';
const workerDockerfile = `FROM ${sampleBuilder} AS sample
FROM scratch
COPY --from=sample / /
LABEL io.openshift.s2i.scripts-url="image:///usr/libexec/s2i"
`;

/** Everything of it goes away at the script's end. */
export async function setUp(script: Script): Promise<Stage> {
  const { step, defer } = script;
  let address = '';
  await step('engine', async () => {
    const engine = await findOrStartEngine(script, { keep: false });
    address = engine.address;
    return engine.summary;
  });
  const api = engineApi(address);
  for (const tag of [sampleBuilder, workerBuilder, 'sti-shop:latest', 'sti-blog:latest', 'sti-mails:latest']) {
    await tidyAtEnd(script, api, tag, { keep: false });
  }
  await step('builder image', () => makeSampleBuilder(script, api));
  await step('one without a port', async () => {
    const body = await tarOf([{ path: 'Dockerfile', content: Buffer.from(workerDockerfile) }]);
    await finished(await api.open('POST', `/build?t=${workerBuilder}&forcerm=1`, { body, signal: script.signal }));
    return workerBuilder;
  });
  const folder = mkdtempSync(join(tmpdir(), 'sti-pictures-'));
  defer(async () => rmSync(folder, { recursive: true, force: true }));
  const engine = await wayTo(address, join(folder, 'engine.sock'));
  defer(engine.cut);
  const { PATH } = process.env;
  const env = { PATH, HOME: folder, TMPDIR: folder, DOCKER_HOST: `unix://${join(folder, 'engine.sock')}` };
  return { folder, env, engine };
}

/** A socket that leads to the engine's until it is cut. */
async function wayTo(address: string, path: string): Promise<Stage['engine']> {
  const open = new Set<Socket>();
  const track = (socket: Socket): Socket => {
    open.add(socket);
    return socket.on('error', () => {}).on('close', () => open.delete(socket));
  };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const there = connect({ path: address.replace(/^unix:\/\//, ''), allowHalfOpen: true });
    track(client).pipe(track(there)).pipe(client);
    client.on('close', () => there.destroy());
    there.on('close', () => client.destroy());
  });
  const mend = () => new Promise<void>((resolve) => server.listen(path, resolve));
  const cut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    });
  await mend();
  return { cut, mend };
}
