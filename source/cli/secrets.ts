import type { EnvironmentVariable } from '../build/request.ts';
import { redactorFor, redactText } from '../protocol/redact.ts';

/**
 * Takes passwords out of URLs, and from `hide` on the values of variables whose name says that they are secret: of all that
 * it was told of, since several applications may be running, and one whose configuration was another before.
 */
export interface Secrets {
  readonly redact: (text: string) => string;
  readonly hide: (variables: readonly EnvironmentVariable[]) => void;
}

export function createSecrets(): Secrets {
  let redact = redactText;
  const known = new Map<string, EnvironmentVariable>();
  return {
    redact: (text) => redact(text),
    hide(variables) {
      for (const variable of variables) known.set(`${variable.name}=${variable.value}`, variable);
      redact = redactorFor([...known.values()]);
    },
  };
}
