import type { Engine } from '../engine.ts';
import { decode } from '../http/answer.ts';
import { AnswerError } from '../http/failures.ts';
import { jsonLines } from '../http/json-lines.ts';
import { buildAnswer } from './answers.ts';
import type { Api } from './api.ts';
import { imageId } from './images.ts';

/** What a share of a core is counted in: microseconds. */
const cpuPeriod = 100_000;

/** The engine's own builder of Dockerfiles, the one that every engine has. */
export function buildCall({ call, client }: Api): Engine['buildImage'] {
  return (context, { dockerfile, settings = {}, onOutput }, signal) =>
    call({ operation: 'build the Dockerfile', signal, limit: 'none' }, async (abortSignal) => {
      const { network, addHost, memory, cpus, platform } = settings;
      const options = {
        dockerfile,
        // Intermediate containers go whatever happens; what another build has made is never taken for this one's.
        forcerm: true,
        nocache: true,
        ...(network !== undefined && { networkmode: network }),
        ...(addHost !== undefined && addHost.length > 0 && { extrahosts: addHost.join(',') }),
        ...(memory !== undefined && { memory }),
        ...(cpus !== undefined && { cpuperiod: cpuPeriod, cpuquota: Math.round(cpus * cpuPeriod) }),
        ...(platform !== undefined && { platform }),
        abortSignal,
      };
      let built: string | undefined;
      try {
        for await (const line of jsonLines(await (await client()).buildImage(context, options))) {
          const { stream, error, aux } = decode(buildAnswer, line);
          if (error) return { failure: error.trim() };
          if (aux?.ID) built = imageId(aux.ID);
          const [, named] = /^Successfully built ([0-9a-f]{12,64})\s*$/.exec(stream ?? '') ?? [];
          built ??= named;
          if (stream) await onOutput(stream);
        }
      } finally {
        context.destroy();
      }
      if (built === undefined) throw new AnswerError('it ended without a word of the image');
      return { imageId: built };
    });
}
