import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { World } from '../../world.ts';

/** How long each answer takes that comes from a server in another town; milliseconds. */
export const distance = 40;

interface Network {
  readonly IPAM: { readonly Config: readonly { readonly Subnet: string; readonly Gateway?: string }[] };
}

/** Serves what is in the first of these folders that has it, as far off as that; the address that containers reach it by. */
export async function serveRepository({ api, defer, signal }: World, folders: readonly string[]): Promise<string> {
  const server = createServer(async ({ url = '/' }, response) => {
    await sleep(distance);
    const content = await answerTo(new URL(url, 'http://repository').pathname, folders);
    response.writeHead(content === undefined ? 404 : 200).end(content);
  });
  const { IPAM } = await api.json<Network>('GET', '/networks/bridge', { signal });
  const [config] = IPAM.Config;
  // An engine that chose the network itself may not say which address of it is its own: it takes the first.
  const host = config?.Gateway ?? config?.Subnet.replace(/\d+\/\d+$/, '1');
  if (host === undefined) throw new Error("The engine's bridge has no address: containers can't reach a server.");
  server.listen(0, host);
  await once(server, 'listening');
  defer(async () => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The repository has no port.');
  return `http://${host}:${address.port}`;
}

async function answerTo(path: string, folders: readonly string[]): Promise<Buffer | string | undefined> {
  const [file, isSum] = [path.replace(/\.sha1$/, ''), path.endsWith('.sha1')];
  for (const folder of folders) {
    const content = await readFile(join(folder, file)).catch(() => undefined);
    if (content !== undefined) return isSum ? createHash('sha1').update(content).digest('hex') : content;
  }
  return undefined;
}
