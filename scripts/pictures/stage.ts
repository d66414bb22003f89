import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineApi } from '../../test/support/engine-api.ts';
import { buildFolder } from '../../test/support/images.ts';
import { type Relay, startRelay } from '../../test/support/relay.ts';
import { writePrograms } from '../../test/support/write-files.ts';
import { engineStep } from '../engine.ts';
import { makeSampleBuilder, sampleBuilder } from '../sample-builder.ts';
import type { Script } from '../terminal.mjs';
import { tidyAtEnd } from '../tidy-images.ts';

/** Where sti is shown: an engine that can go away, a builder image, and a folder for sites. */
export interface Stage {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly engine: Relay;
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
  const { address } = await engineStep(script, { keep: false });
  const api = engineApi(address);
  for (const tag of [sampleBuilder, workerBuilder, 'sti-shop:latest', 'sti-blog:latest', 'sti-mails:latest']) {
    await tidyAtEnd(script, api, tag);
  }
  await step('builder image', () => makeSampleBuilder(script, api));
  const folder = mkdtempSync(join(tmpdir(), 'sti-pictures-'));
  defer(async () => rmSync(folder, { recursive: true, force: true }));
  await step('one without a port', async () => {
    const context = join(folder, 'worker-builder');
    writePrograms(context, { Dockerfile: workerDockerfile });
    await buildFolder(api, context, { tag: workerBuilder, signal: script.signal });
    return workerBuilder;
  });
  const engine = await startRelay(address, { path: join(folder, 'engine.sock') });
  defer(engine.cut);
  const { PATH } = process.env;
  const env = { PATH, HOME: folder, TMPDIR: folder, DOCKER_HOST: engine.address };
  return { folder, env, engine };
}
