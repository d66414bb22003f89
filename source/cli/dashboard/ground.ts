import type { Environment } from '../../terminal/output.ts';

/** Asks a terminal for the colour of its background (OSC 11); it answers as if somebody typed. */
export const askGround = '\x1b]11;?\x1b\\';

/** What some terminals say of their colours in the environment, as `15;0`: text and background of the 16. */
export function groundOf({ COLORFGBG }: Environment): 'dark' | 'light' | undefined {
  const colour = /;(\d{1,2})$/.exec(COLORFGBG ?? '')?.[1];
  if (colour === undefined) return undefined;
  return Number(colour) === 7 || Number(colour) > 8 ? 'light' : 'dark';
}
