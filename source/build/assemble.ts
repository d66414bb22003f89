import type { ImageDetails } from '../engine/engine.ts';
import { StiError } from '../errors.ts';
import type { Job } from './job.ts';
import { LastLines } from './last-lines.ts';
import type { ResolvedScript } from './scripts.ts';
import type { ScriptOutcome } from './standby.ts';
import { watchVolumes } from './volumes.ts';
import type { Workplace } from './workplace.ts';

/** A container in which assemble has ended well. */
export interface Assembled extends ScriptOutcome {
  /** The builder's volumes that assemble has written to, as far as that shows. */
  readonly changedVolumes: () => Promise<string[]>;
  /** Milliseconds. */
  readonly ms: number;
}

/** Runs assemble in the waiting container; one step of the build. Rejects with code `assemble` and the script's last lines. */
export async function assembleStage(
  job: Job,
  place: Workplace,
  script: ResolvedScript,
  builder: ImageDetails,
): Promise<Assembled> {
  const { reporter } = job;
  await place.standby.ready;
  const changedVolumes = await watchVolumes(place, builder.config.volumes);
  return reporter.step('assemble', async () => {
    const began = Date.now();
    const last = new LastLines();
    const outcome = await place.standby.run('run', script.path, last.tap(reporter.output('assemble')));
    if (outcome.exitCode !== 0) throw assembleFailure(script, outcome, last.lines);
    if (outcome.others > 0) reporter.status('assemble', `${outcome.others} processes left running were ended`);
    return { summary: 'exit 0', value: { ...outcome, changedVolumes, ms: Date.now() - began } };
  });
}

export function assembleFailure(
  script: ResolvedScript,
  outcome: ScriptOutcome,
  lastLines: readonly string[],
): StiError {
  const { exitCode, oomKills } = outcome;
  if (oomKills > 0) {
    return new StiError('assemble', `assemble ran out of memory: the kernel killed it (exit code ${exitCode})`, {
      lastLines,
      hint: 'Give the engine more memory, or let assemble use less (fewer parallel jobs, a smaller heap).',
    });
  }
  return new StiError('assemble', `assemble failed with exit code ${exitCode}${meaning(exitCode)}`, {
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
  return `Read its last lines; the script is ${script.path} (${script.from}).`;
}
