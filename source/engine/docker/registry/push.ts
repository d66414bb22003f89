import { StiError } from '../../../errors.ts';
import type { Engine } from '../../engine.ts';
import { AnswerError, statusOf, wordsOf } from '../../http/failures.ts';
import { openRequest } from '../../http/request.ts';
import type { RegistryAuth } from '../../registry/auth.ts';
import { registryOf } from '../../registry/login.ts';
import type { Progress } from '../answers.ts';
import type { Api } from '../api.ts';
import { nameAndTag } from './names.ts';
import { countBytes, describeProgress, progressOf } from './progress.ts';

export function pushCall(api: Api, findLogin: Engine['findLogin']): Engine['pushImage'] {
  const { about, call, transport } = api;
  return async (reference, { onStatus, onBytes }, signal) => {
    const auth = await findLogin(reference, onStatus);
    return call({ operation: `push ${reference}`, signal, limit: 'silence' }, async (abortSignal, alive) => {
      const { name, tag } = nameAndTag(reference);
      const path = api.path(`/images/${name}/push?${new URLSearchParams({ tag })}`);
      const headers = authHeader(auth, about.kind);
      try {
        const answer = await openRequest(transport, { method: 'POST', path, headers, signal: abortSignal });
        const describe = describeProgress();
        const count = countBytes();
        let digest: string | undefined;
        for await (const progress of progressOf(answer)) {
          alive();
          if (progress.error) throw new Refusal(progress.error.trim());
          digest = digestIn(progress) ?? digest;
          const text = describe(progress);
          if (text !== undefined) onStatus(text);
          const bytes = count(progress);
          if (bytes !== undefined) onBytes(bytes.done, bytes.of);
        }
        if (digest === undefined) throw new AnswerError('it ended without the digest of what it pushed');
        return digest;
      } catch (thrown) {
        const isRefusal = thrown instanceof Refusal || statusOf(thrown) !== undefined;
        throw isRefusal ? pushFailure(reference, wordsOf(thrown), auth !== undefined, thrown) : thrown;
      }
    });
  };
}

/** What the registry, or the engine in its name, said in the stream of a push that had begun well. */
class Refusal extends Error {}

/** Docker wants the header always; without one, Podman looks for logins of its own. */
function authHeader(auth: RegistryAuth | undefined, kind: 'docker' | 'podman'): Readonly<Record<string, string>> {
  if (auth === undefined && kind === 'podman') return {};
  const text = Buffer.from(JSON.stringify(auth ?? {})).toString('base64');
  // With the padding that Node.js's own base64url leaves out.
  return { 'X-Registry-Auth': text.replaceAll('+', '-').replaceAll('/', '_') };
}

/** Docker sends it as an object, Podman in words. */
function digestIn({ aux, status }: Progress): string | undefined {
  return aux?.Digest ?? /\bdigest: (sha256:[0-9a-f]{64})\b/.exec(status ?? '')?.[1];
}

function pushFailure(reference: string, words: string, loggedIn: boolean, cause: unknown): StiError {
  const registry = registryOf(reference).replace(/^https:\/\/index\.docker\.io\/.*/, 'docker.io');
  return new StiError('push', `${reference} is built, but could not be pushed: ${words}`, {
    cause,
    hint: loggedIn
      ? `Check whether the login for ${registry} may push there, then push the image with the engine or build again.`
      : `Log in to ${registry} (docker login or podman login) when it wants that, and check the name of the image.`,
  });
}
