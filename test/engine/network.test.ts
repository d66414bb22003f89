import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Engine } from '../../source/engine/engine.ts';
import { connect, type Fixture, openEngine, run } from '../support/engine-fixtures.ts';
import { tempFolderOfFile } from '../support/temp.ts';

describe('an engine on the network', () => {
  let fixture: Fixture;
  let certificates: string;
  beforeAll(async () => {
    fixture = await openEngine('docker');
    certificates = tempFolderOfFile();
    const request = '-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=sti -addext';
    const files = ['-keyout', join(certificates, 'key.pem'), '-out', join(certificates, 'cert.pem')];
    execFileSync('openssl', ['req', ...request.split(' '), 'subjectAltName=IP:127.0.0.1', ...files], {
      stdio: 'ignore',
    });
    execFileSync('cp', ['cert.pem', 'ca.pem'], { cwd: certificates });
  });
  afterAll(() => fixture.close());

  /** Makes the engine's socket reachable at a port of this machine. */
  async function listen(server: Server): Promise<number> {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.close();
    });
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  const toEngine = (client: Socket) => {
    const engine = createConnection({ path: fixture.address.replace('unix://', ''), allowHalfOpen: true });
    engine.on('error', () => client.destroy());
    client.on('error', () => engine.destroy());
    client.pipe(engine).pipe(client);
  };

  async function tryOut(engine: Engine): Promise<void> {
    onTestFinished(() => engine.close());
    expect(engine.about).toMatchObject({ socketPath: undefined, rootless: false });
    expect(await run({ ...fixture, engine }, 'echo over the network; exit 3')).toMatchObject({
      stdout: 'over the network\n',
      exitCode: 3,
    });
  }

  it('is used over plain TCP', async () => {
    const port = await listen(createServer({ allowHalfOpen: true }, toEngine));
    const engine = await connect(`tcp://127.0.0.1:${port}`);
    expect(engine.about.address).toBe(`tcp://127.0.0.1:${port}`);
    await tryOut(engine);
  });

  describe('over TLS', () => {
    const tlsServer = () => {
      const [key, cert, ca] = ['key.pem', 'cert.pem', 'ca.pem'].map((name) => readFileSync(join(certificates, name)));
      return createTlsServer({ key, cert, ca, requestCert: true, rejectUnauthorized: true }, toEngine);
    };

    it('is used with the certificates of DOCKER_CERT_PATH, and shows its own', async () => {
      const port = await listen(tlsServer());
      const env = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: certificates };
      await tryOut(await connect(`tcp://127.0.0.1:${port}`, env));
    });

    it('is refused when its certificate cannot be verified', async () => {
      const port = await listen(tlsServer());
      await expect(connect(`https://127.0.0.1:${port}`)).rejects.toMatchObject({
        code: 'engine-unreachable',
        message: expect.stringContaining('self-signed certificate'),
      });
    });
  });
});
