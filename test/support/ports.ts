import { createServer } from 'node:net';

const perFile = 50;
const files = 360;
/** Another one for each file of a run, also when files of several projects run at the same time. */
const { VITEST_WORKER_ID = '0' } = process.env;

let given = 0;

/** A port that no other test has: each file has a range of its own, below those that the system gives to clients. */
export function testPort(): number {
  given += 1;
  return 14_000 + (Number(VITEST_WORKER_ID) % files) * perFile + (given % perFile);
}

/** A port that is free at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}
