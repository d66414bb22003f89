import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineApi } from '../../test/support/engine-api.ts';
import { type Relay, startRelay } from '../../test/support/relay.ts';
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

/** Everything of it goes away at the script's end. */
export async function setUp(script: Script): Promise<Stage> {
  const { step, defer } = script;
  const { address } = await engineStep(script, { keep: false });
  const api = engineApi(address);
  for (const tag of [sampleBuilder, 'sti-shop:latest', 'sti-blog:latest']) {
    await tidyAtEnd(script, api, tag);
  }
  await step('builder image', () => makeSampleBuilder(script, api));
  const folder = mkdtempSync(join(tmpdir(), 'sti-pictures-'));
  defer(async () => rmSync(folder, { recursive: true, force: true }));
  const engine = await startRelay(address, { path: join(folder, 'engine.sock') });
  defer(engine.cut);
  const { PATH } = process.env;
  const env = { PATH, HOME: folder, TMPDIR: folder, DOCKER_HOST: engine.address };
  return { folder, env, engine };
}
