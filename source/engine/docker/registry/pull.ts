import { StiError } from '../../../errors.ts';
import type { Engine } from '../../engine.ts';
import { AnswerError, statusOf, wordsOf } from '../../http/failures.ts';
import type { Api } from '../api.ts';
import { nameAndTag } from './names.ts';
import { describeProgress, progressOf } from './progress.ts';

export function pullCall({ about, call, client }: Api, findLogin: Engine['findLogin']): Engine['pullImage'] {
  return async (reference, { onStatus, platform }, signal) => {
    const auth = await findLogin(reference, onStatus);
    const refused = (words: string, cause?: unknown) => pullFailure(reference, about.address, words, cause);
    await call({ operation: `pull ${reference}`, signal, limit: 'silence' }, async (abortSignal, alive) => {
      const { name: fromImage, tag } = nameAndTag(reference);
      try {
        const answer = await (await client()).createImage(auth, {
          fromImage,
          tag,
          ...(platform !== undefined && { platform }),
          abortSignal,
        });
        const describe = describeProgress();
        let said = false;
        for await (const progress of progressOf(answer)) {
          alive();
          said ||= Boolean(progress.status || progress.id);
          if (progress.error) throw refused(progress.error.trim());
          const text = describe(progress);
          if (text !== undefined) onStatus(text);
        }
        if (!said) throw new AnswerError('it ended without a word of the image');
      } catch (thrown) {
        throw statusOf(thrown) === undefined ? thrown : refused(wordsOf(thrown), thrown);
      }
    });
  };
}

function pullFailure(reference: string, address: string, words: string, cause?: unknown): StiError {
  return new StiError('builder', `${reference} could not be pulled by the engine at ${address}: ${words}`, {
    cause,
    hint: 'Check the name, log in with docker login when the registry wants it, or use --pull-policy never with a local image.',
  });
}
