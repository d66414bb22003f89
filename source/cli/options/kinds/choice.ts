import { type Kind, shownJson, textOf, WrongValue } from './kind.ts';

/** One of a few words. */
export function choice<const Word extends string>(placeholder: string, words: readonly Word[]): Kind<Word, undefined> {
  const parse = (written: string): Word => {
    const word = words.find((candidate) => candidate === written);
    if (word !== undefined) return word;
    throw new WrongValue();
  };
  return {
    placeholder,
    expected: `one of ${words.join(', ')}`,
    schema: { type: 'string', enum: words },
    completes: words,
    absent: undefined,
    parse,
    print: (value) => [value],
    fromJson: (json) => parse(textOf(json)),
  };
}

/** On where it is given: `--clean`, `--clean=false`. */
export const toggle: Kind<boolean, boolean> = {
  expected: 'true or false',
  schema: { type: 'boolean' },
  absent: false,
  parse(written) {
    if (/^(true|t|1|on)$/i.test(written)) return true;
    if (/^(false|f|0|off)$/i.test(written)) return false;
    throw new WrongValue();
  },
  print: (value) => [value ? 'on' : 'off'],
  fromJson(json) {
    if (typeof json === 'boolean') return json;
    throw new WrongValue('', { written: shownJson(json) });
  },
};
