import { type CancelSignal, failures, StiError } from '../../errors.ts';

const signals: readonly CancelSignal[] = ['SIGHUP', 'SIGINT', 'SIGTERM'];

/** Every exit code of sti with its meaning, for help and the README (docs/protocol.md, "Exit codes"). */
export const exitCodes: readonly { readonly exitCode: number; readonly meaning: string }[] = [
  { exitCode: 0, meaning: 'done' },
  ...Object.values(failures),
  ...signals.map((signal) => ({ exitCode: StiError.cancelled(signal).exitCode, meaning: `cancelled by ${signal}` })),
];
