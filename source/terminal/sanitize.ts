import { plainText } from './plain.ts';
import { withoutHidden } from './sgr.ts';

/** Longer than any colour; what goes on longer is no colour and must not fill the memory. */
const longestSequence = 64;

type State = 'text' | 'escape' | 'intermediate' | 'control' | 'string' | 'string-escape';

/** Marks that turn the direction of writing: what is read isn't what is there. */
const bidi = '\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069';
const bidiMark = new RegExp(`[${bidi}]`);
/** Whatever needs a closer look; most text has nothing of it. */
const suspect = new RegExp(`[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f${bidi}]`);

/**
 * Makes a stream's output safe to show on any terminal: of all control sequences only colours pass, hidden text aside; of
 * all control characters only newline, carriage return and tab; no bidi controls. Sequences may be split over pieces.
 */
export function createSanitizer(): (text: string) => string {
  let state: State = 'text';
  let parameters = '';

  const step = (character: string): string => {
    const code = character.charCodeAt(0);
    // An unfinished sequence ends with its line, so that it can't swallow all that follows.
    if (character === '\n' || character === '\r') state = 'text';
    if (state === 'text') return plain(character, code);
    if (state === 'string' || state === 'string-escape') {
      const ended = character === '\x07' || character === '\x9c' || (state === 'string-escape' && character === '\\');
      state = ended ? 'text' : character === '\x1b' ? 'string-escape' : 'string';
    } else if (character === '\x1b') state = 'escape';
    else if (state === 'escape') afterEscape(character);
    else if (state === 'intermediate') state = code >= 0x20 && code <= 0x2f ? 'intermediate' : 'text';
    else if (code >= 0x40 && code <= 0x7e) {
      state = 'text';
      if (character === 'm' && /^[\d;:]*$/.test(parameters)) return withoutHidden(parameters);
    } else if (parameters.length < longestSequence) parameters += character;
    return '';
  };

  const plain = (character: string, code: number): string => {
    if (character === '\x1b') state = 'escape';
    else if (code === 0x9b) startControl();
    else if ([0x90, 0x98, 0x9d, 0x9e, 0x9f].includes(code)) state = 'string';
    else if (character === '\n' || character === '\r' || character === '\t') return character;
    else if (code >= 0x20 && (code < 0x7f || code > 0x9f) && !bidiMark.test(character)) return character;
    return '';
  };

  const afterEscape = (character: string): void => {
    if (character === '[') startControl();
    else if ('PX]^_'.includes(character)) state = 'string';
    else state = character >= ' ' && character <= '/' ? 'intermediate' : 'text';
  };

  const startControl = (): void => {
    state = 'control';
    parameters = '';
  };

  return (text) => {
    if (state === 'text' && !suspect.test(text)) return text;
    let shown = '';
    for (let index = 0; index < text.length; index++) shown += step(text.charAt(index));
    return shown;
  };
}

/** A whole text without any control sequence, colours included: what sti quotes in its own lines. */
export function sanitize(text: string): string {
  return plainText(createSanitizer()(text)).replace(/\r/g, '');
}
