import type { EnvironmentVariable } from '../build/request.ts';
import { redactorFor, redactText } from '../protocol/redact.ts';

/** Takes passwords out of URLs, and from `hide` on the values of variables whose name says that they are secret. */
export interface Secrets {
  readonly redact: (text: string) => string;
  readonly hide: (variables: readonly EnvironmentVariable[]) => void;
}

export function createSecrets(): Secrets {
  let redact = redactText;
  return {
    redact: (text) => redact(text),
    hide(variables) {
      redact = redactorFor(variables);
    },
  };
}
