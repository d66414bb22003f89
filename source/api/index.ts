/** What a program gets that imports `source-to-images` (docs/api.md). */
export type {
  BuildEvent,
  BuildOutcome,
  BuildResult,
  ChangedFile,
  FilesEvent,
  OutputPiece,
  SavedFile,
  StepName,
} from '../build/events.ts';
export type { DevEvent, DevSummary, RunPath } from '../dev/events.ts';
export type { RequestRecord } from '../dev/proxy/record.ts';
export { type FailureCode, StiError } from '../errors.ts';
export { build } from './build.ts';
export { dev } from './dev.ts';
export type { BuildOptions, DevOptions } from './options.ts';
export type { RunOptions } from './run-options.ts';
