import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { engineAddress } from './engine-address.ts';
import { type Relay, startRelay } from './relay.ts';
import { tempFolder } from './temp.ts';

interface ProxyOptions {
  /** Of the engine; the tests' own when absent. */
  readonly address?: string;
  /** How long what begins with this is kept from the engine; milliseconds. */
  readonly late?: (request: string) => number;
}

/**
 * A relay to an engine until the test has ended.
 *
 * @param over `tcp` lets the engine look like one of another machine
 */
export async function startEngineProxy(
  over: 'unix' | 'tcp' = 'unix',
  { address = engineAddress, late }: ProxyOptions = {},
): Promise<Relay> {
  const where = over === 'tcp' ? { port: 0, host: '127.0.0.1' } : { path: join(tempFolder(), 'engine.sock') };
  const relay = await startRelay(address, where, late);
  // What was cut already has closed its server: cutting it again only says so.
  onTestFinished(relay.cut);
  return relay;
}
