/** What a program that builds Dockerfiles prints, told apart: output of scripts, and its own words. */
export interface BuildLines {
  readonly onOutput: (text: string) => void | Promise<void>;
  readonly onStatus: (line: string) => void;
}

/** A line is cut off here; a script may print one without end. */
const longest = 64 * 1024;

/** Cuts text that comes in pieces into lines. `end` gives the last one, which may have no end. */
export function byLine(onLine: (line: string) => void | Promise<void>): {
  add(text: string): Promise<void>;
  end(): Promise<void>;
} {
  let open = '';
  return {
    async add(text) {
      const lines = (open + text).split('\n');
      open = lines.pop() ?? '';
      if (open.length > longest) {
        lines.push(open);
        open = '';
      }
      for (const line of lines) await onLine(line);
    },
    async end() {
      if (open !== '') await onLine(open);
      open = '';
    },
  };
}

/** `#5 0.320 text` is a script's. What follows `------` is said again. */
export function buildkitLine({ onOutput, onStatus }: BuildLines): (line: string) => void | Promise<void> {
  let repeats = false;
  return (line) => {
    repeats ||= line.startsWith('------');
    if (repeats) return;
    const [, text] = /^#\d+ \d+\.\d+ ?(.*)$/s.exec(line) ?? [];
    if (text !== undefined) return onOutput(`${text}\n`);
    if (/^#\d+ (?!sha256:|DONE|transferring)/.test(line)) onStatus(line.replace(/^#\d+ /, ''));
  };
}

/** Its steps repeat the Dockerfile, where a secret may not look like itself for the quotes around it. */
export function buildahLine({ onOutput, onStatus }: BuildLines): (line: string) => void | Promise<void> {
  return (line) => {
    const [step, instruction] = /^(?:\[\d+\/\d+\] )?STEP \d+\/\d+: (\w+)/.exec(line) ?? [];
    if (step === undefined) return isOwnWord.test(line) ? onStatus(line) : onOutput(`${line}\n`);
    if (instruction !== 'ENV' && instruction !== 'LABEL') onStatus(line);
  };
}

const isOwnWord =
  /^(COMMIT|Getting image source signatures|Copying (blob|config) |Writing manifest |Storing signatures|Error: |--> [0-9a-f]+$)/;
