/** What one look at this machine came to, and what to do about it. */
export interface Finding {
  readonly check: string;
  /** `fail`: sti can't work like this. `warn`: it can, but not all of it, or not well. */
  readonly verdict: 'ok' | 'warn' | 'fail';
  /** One line. */
  readonly text: string;
  /** In the imperative: what to do. */
  readonly advice?: string | undefined;
}

/** Makes the findings of one check. */
export function findingsOf(check: string) {
  return {
    ok: (text: string): Finding => ({ check, verdict: 'ok', text }),
    warn: (text: string, advice: string): Finding => ({ check, verdict: 'warn', text, advice }),
    fail: (text: string, advice?: string): Finding => ({ check, verdict: 'fail', text, advice }),
  };
}
