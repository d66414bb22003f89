import type { EnvironmentVariable } from '../build/request.ts';
import { createRedactor, redactEnv, redactText } from '../protocol/redact.ts';

/** Takes passwords out of URLs, and from `hide` on the values of variables whose name says that they are secret. */
export interface Secrets {
  readonly redact: (text: string) => string;
  readonly hide: (variables: readonly EnvironmentVariable[]) => void;
}

export function createSecrets(): Secrets {
  let hideValues = (text: string): string => text;
  return {
    redact: (text) => redactText(hideValues(text)),
    hide(variables) {
      const secret = variables.filter(({ name, value }) => redactEnv(name, value) !== value);
      hideValues = createRedactor(secret.map(({ value }) => value));
    },
  };
}
