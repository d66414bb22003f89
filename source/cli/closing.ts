import type { BuildResult } from '../build/events.ts';
import type { StiError } from '../errors.ts';
import type { Paint } from './ansi.ts';
import { formatDuration } from './duration.ts';
import { lastState } from './script-output.ts';
import { createTerminalFilter, safeText } from './terminal-text.ts';

/** The one line that stdout carries after a successful build. */
export function describeResult(result: BuildResult, ms: number, engine: 'docker' | 'podman'): string {
  const image = result.tag ?? result.imageId;
  const reused = result.incremental ? ' (artifacts reused)' : '';
  const words = [engine, 'run', '--rm', ...result.exposedPorts.map(publishFlag), result.tag ?? shortId(result.imageId)];
  return `Built ${image} in ${formatDuration(ms, 1)}${reused}. Run it:  ${words.join(' ')}\n`;
}

/** What went wrong, the last lines of what failed, what to try, and the exit code. */
export function describeFailure(
  error: StiError,
  options: {
    paint: Paint;
    colour: boolean;
    verbose: boolean;
    redact: (text: string) => string;
    tagKept: string | null;
  },
): string {
  const { paint, redact } = options;
  const message = safeText(redact(error.message));
  const cancelled = error.code === 'cancelled';
  const sections = [
    cancelled ? message.charAt(0).toUpperCase() + message.slice(1) : `${paint('red', 'Error:')} ${message}`,
    ...lastLines(error.lastLines, options.colour),
    ...(error.hint === undefined ? [] : [`Try: ${safeText(redact(error.hint))}`]),
    ...(options.tagKept === null ? [] : [`tag ${options.tagKept} still points to the previous image`]),
    ...(options.verbose ? cause(error).map((line) => paint('dim', redact(line))) : []),
    `exit code ${error.exitCode}`,
  ];
  return `${sections.join('\n')}\n`;
}

function lastLines(lines: readonly string[], colour: boolean): string[] {
  if (lines.length === 0) return [];
  const safe = createTerminalFilter(colour);
  const reset = colour ? '\x1b[0m' : '';
  // The newline ends a sequence that the line leaves open.
  const shown = lines.map((line) => `  ${lastState(safe(`${line}\n`).trimEnd())}`);
  return ['', 'Last lines of its output:', ...shown.map((line) => (line.includes('\x1b') ? line + reset : line)), ''];
}

function cause({ cause }: StiError): string[] {
  return cause instanceof Error ? (cause.stack ?? cause.message).split('\n') : [];
}

/** `8080/tcp` → `-p 8080:8080`, `53/udp` → `-p 53:53/udp` */
function publishFlag(port: string): string {
  const [number, protocol = 'tcp'] = port.split('/');
  return `-p ${number}:${number}${protocol === 'tcp' ? '' : `/${protocol}`}`;
}

function shortId(imageId: string): string {
  return imageId.replace(/^sha256:/, '').slice(0, 12);
}
