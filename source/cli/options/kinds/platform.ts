import { parsePlatform } from '../../../protocol/image/platform.ts';
import { type Kind, textOf, WrongValue } from './kind.ts';

/** `linux/arm64`, `linux/arm/v7` */
export const platform: Kind<string, undefined> = {
  placeholder: 'OS/ARCH',
  expected: 'a platform such as linux/amd64 or linux/arm/v7',
  schema: { type: 'string', pattern: '^[A-Za-z0-9]+/[A-Za-z0-9_]+(/[A-Za-z0-9]+)?$' },
  absent: undefined,
  parse(written) {
    const parsed = parsePlatform(written);
    if (parsed === undefined) throw new WrongValue();
    return parsed;
  },
  print: (value) => [value],
  fromJson: (json) => platform.parse(textOf(json)),
};
