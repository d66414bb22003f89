import type { SavedBy } from '../../protocol/save-artifacts.ts';

/** Why a build is clean although save-artifacts ran; `failed`: worth a warning. */
export interface Nothing {
  readonly tree: undefined;
  readonly reason: string;
  readonly failed?: boolean;
}

/** What a run of save-artifacts comes to when there is nothing to take of it. */
export function nothingSaved(
  left: SavedBy,
  run: { readonly exitCode: number; readonly lines: readonly string[] },
): Nothing {
  switch (left) {
    case 'failed':
      return warning(`failed with exit code ${run.exitCode}${tail(run.lines)}`);
    case 'late-archive':
      return warning('printed text before its archive: text belongs on stderr');
    case 'unknown-archive':
      return warning('printed an archive that sti does not read: print a tar, plain or in gzip');
    default:
      return { tree: undefined, reason: 'clean build: save-artifacts saved nothing' };
  }
}

function warning(what: string): Nothing {
  return { tree: undefined, failed: true, reason: `clean build: save-artifacts ${what}` };
}

function tail(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `:\n${lines.join('\n')}`;
}
