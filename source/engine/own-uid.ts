import { stat } from 'node:fs/promises';

/** Id of the user that sti runs as; undefined where there is no `/proc`. */
export async function ownUid(): Promise<number | undefined> {
  return stat('/proc/self').then(
    ({ uid }) => uid,
    () => undefined,
  );
}
