/** `linux/arm64`, `linux/arm/v7` */
const written = /^([a-z0-9]+)\/([a-z0-9_]+)(?:\/([a-z0-9]+))?$/;

const otherNames: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64', armhf: 'arm', i386: '386' };

/** As engines write it; undefined: that is none. */
export function parsePlatform(text: string): string | undefined {
  const [, os, architecture = '', variant] = written.exec(text.toLowerCase()) ?? [];
  if (os === undefined) return undefined;
  return [os, otherNames[architecture] ?? architecture, ...(variant === undefined ? [] : [variant])].join('/');
}

/** Whether what is for one platform runs where another one is asked for: a variant counts where both say it. */
export function fitsPlatform(image: string, asked: string | undefined): boolean {
  if (asked === undefined) return true;
  const [of, wanted] = [image.split('/'), asked.split('/')];
  const variants = [of[2], wanted[2]];
  return of[0] === wanted[0] && of[1] === wanted[1] && (variants.includes(undefined) || of[2] === wanted[2]);
}
