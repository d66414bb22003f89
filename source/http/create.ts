import { StiError } from '../errors.ts';
import { timeLimit } from '../time-limit.ts';
import type { HttpClient } from './client.ts';
import { HttpError, toHttpError } from './error.ts';
import type { Environment } from './proxy.ts';

/**
 * @param env proxies and certificates are taken from it
 * @param ca a file of authorities to trust as well
 */
export function createHttpClient(env: Environment, ca?: string): HttpClient {
  const surroundings = { env, ca };
  return {
    authorities: async () => (await import('./certificates.ts')).authorities(env, ca),
    async request(url, request, read) {
      const limit = timeLimit(request.timeout, request.signal);
      try {
        limit.signal.throwIfAborted();
        // Most builds fetch nothing: what it takes to (TLS, zlib, DNS) is loaded by the first request.
        const { follow } = await import('./follow.ts');
        return await follow(url, { ...request, signal: limit.signal }, surroundings, read);
      } catch (error) {
        request.signal?.throwIfAborted();
        if (limit.isOver()) throw new HttpError(`no complete answer within ${request.timeout / 1000} s`);
        throw error instanceof StiError ? error : toHttpError(error);
      } finally {
        limit.close();
      }
    },
  };
}
