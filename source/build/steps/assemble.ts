import type { ImageDetails } from '../../engine/engine.ts';
import { StiError } from '../../errors.ts';
import type { BuildContainer } from '../container/container.ts';
import type { ScriptOutcome } from '../container/gate.ts';
import { watchVolumes } from '../container/volumes.ts';
import type { StepName } from '../events.ts';
import type { Job } from '../job.ts';
import type { ResolvedScript } from '../scripts/resolve.ts';

/** A container in which assemble has ended well. */
export interface Assembled extends ScriptOutcome {
  /** The builder's volumes that assemble has written to, as far as that shows. */
  readonly changedVolumes: () => Promise<string[]>;
}

/** Runs assemble in the waiting container; one step of the build. Rejects with code `assemble` and the script's last lines. */
export async function assembleStage(
  job: Job,
  container: BuildContainer,
  script: ResolvedScript,
  builder: ImageDetails,
): Promise<Assembled> {
  await container.gate.ready;
  return job.reporter.step('assemble', async () => {
    const value = await runAssemble(job, container, { script, step: 'assemble', image: builder });
    return { summary: 'exit 0', value };
  });
}

/** Runs assemble, or assemble-runtime, as part of a step. */
export async function runAssemble(
  { reporter, apart }: Job,
  container: BuildContainer,
  { script, step, image }: { readonly script: ResolvedScript; readonly step: StepName; readonly image: ImageDetails },
): Promise<Assembled> {
  const changedVolumes = await watchVolumes(container, image.config.volumes);
  const output = reporter.output(step);
  const outcome = await container.run(apart ? 'apart' : 'run', script.path, output.sink).finally(output.end);
  if (outcome.exitCode !== 0) throw assembleFailure(script, outcome, output.lastLines());
  if (outcome.others > 0) reporter.status(step, `${outcome.others} processes left running were ended`);
  return { ...outcome, changedVolumes };
}

function assembleFailure(script: ResolvedScript, outcome: ScriptOutcome, lastLines: readonly string[]): StiError {
  const { exitCode, oomKills } = outcome;
  if (oomKills > 0) {
    return new StiError('assemble', `${script.name} ran out of memory: the kernel killed it (exit code ${exitCode})`, {
      lastLines,
      hint: 'Give the engine more memory, or let it use less (fewer parallel jobs, a smaller heap).',
    });
  }
  return new StiError('assemble', `${script.name} failed with exit code ${exitCode}${meaning(exitCode)}`, {
    lastLines,
    hint: hint(exitCode, script),
  });
}

/** What a shell means by its own exit codes. */
function meaning(exitCode: number): string {
  if (exitCode === 126) return ' (it could not be executed)';
  if (exitCode === 127) return ' (a program it needs was not found)';
  if (exitCode > 128 && exitCode < 165) return ` (ended by signal ${exitCode - 128})`;
  return '';
}

function hint(exitCode: number, script: ResolvedScript): string {
  if (exitCode === 126 || exitCode === 127) {
    return `Check the first line of the script (${script.from}) and that the builder image has that interpreter and the programs it calls.`;
  }
  return `Read its last lines; the script is ${placeOf(script)}.`;
}

/** Where people find it: `.s2i/bin/assemble of the source`, `image:///usr/libexec/s2i/assemble`. */
function placeOf({ name, from }: ResolvedScript): string {
  const [folder = '', ...source] = from.split(/(?= of the source$)/);
  return `${folder}/${name}${source.join('')}`;
}
