import type { BuildRequest } from '../request.ts';
import type { BuildContainer } from './container.ts';

const name = 'SOURCE_DATE_EPOCH';

/** Tells assemble the time that what it makes should be of; it doesn't stay in the image. What the user has set stays. */
export async function announceEpoch(
  { sourceDateEpoch }: Pick<BuildRequest, 'sourceDateEpoch'>,
  { gate }: BuildContainer,
  env: readonly string[],
): Promise<void> {
  const isSet = env.some((variable) => variable.startsWith(`${name}=`));
  if (sourceDateEpoch !== undefined && !isSet) await gate.env(name, String(sourceDateEpoch));
}
