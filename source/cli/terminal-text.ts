/** Longer than any colour; what goes on longer is no colour and must not fill the memory. */
const longestSequence = 64;

type State = 'text' | 'escape' | 'intermediate' | 'control' | 'string' | 'string-escape';

/**
 * A filter that makes a script's output safe to show: of all control sequences only colours pass (or not even these),
 * of all control characters only newline, carriage return and tab. Sequences may be split over pieces.
 */
export function createTerminalFilter(keepColour: boolean): (text: string) => string {
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
      if (keepColour && character === 'm' && /^[\d;:]*$/.test(parameters)) return `\x1b[${parameters}m`;
    } else if (parameters.length < longestSequence) parameters += character;
    return '';
  };

  const plain = (character: string, code: number): string => {
    if (character === '\x1b') state = 'escape';
    else if (code === 0x9b) startControl();
    else if ([0x90, 0x98, 0x9d, 0x9e, 0x9f].includes(code)) state = 'string';
    else if (character === '\n' || character === '\r' || character === '\t') return character;
    else if (code >= 0x20 && (code < 0x7f || code > 0x9f)) return character;
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
    if (state === 'text' && !/[^\P{Cc}\n\r\t]/u.test(text)) return text;
    let shown = '';
    for (let index = 0; index < text.length; index++) shown += step(text.charAt(index));
    return shown;
  };
}

/** The text without any control sequence, for what sti quotes in its own lines. */
export function safeText(text: string): string {
  return createTerminalFilter(false)(text).replace(/\r/g, '');
}
