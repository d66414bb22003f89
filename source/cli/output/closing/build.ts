import { dirname } from 'node:path';
import type { BuildEvent, BuildResult } from '../../../build/events.ts';
import { shellWord } from '../../../dockerfile/quote.ts';
import type { StiError } from '../../../errors.ts';
import type { Paint } from '../../../terminal/colours.ts';
import { formatDuration } from '../../../terminal/duration.ts';
import { plainText } from '../../../terminal/plain.ts';
import { sanitize } from '../../../terminal/sanitize.ts';

/** What stdout carries after a successful build: a line, and one more for what was pushed. */
export function describeResult(result: BuildResult, ms: number, engine: 'docker' | 'podman'): string {
  const image = result.tag ?? result.imageId;
  const reused = result.incremental ? ' (artifacts reused)' : '';
  const words = [engine, 'run', '--rm', ...result.exposedPorts.map(publishFlag), result.tag ?? shortId(result.imageId)];
  const built = `Built ${image} in ${formatDuration(ms, 1)}${reused}. Run it:  ${words.join(' ')}\n`;
  const { digest, sbomDigest, tag } = result;
  if (digest === null || tag === null) return built;
  const pushed = `${built}Pushed ${withoutTag(tag)}@${digest}\n`;
  return sbomDigest === null ? pushed : `${pushed}Its SBOM is ${withoutTag(tag)}@${sbomDigest}\n`;
}

/** The one line that stdout carries after a Dockerfile was written. */
export function describeDockerfile(
  { file, tag, ms }: BuildEvent & { type: 'dockerfile-written' },
  quiet: boolean,
): string {
  if (quiet) return `${file}\n`;
  const words = ['docker', 'build', '-t', tag ?? 'NAME', '-f', shellWord(file), shellWord(dirname(file))];
  return `Wrote ${sanitize(file)} in ${formatDuration(ms, 1)}. Build it:  ${sanitize(words.join(' '))}\n`;
}

/** What went wrong, the last lines of what failed, what to try, and the exit code. */
export function describeFailure(
  error: StiError,
  options: {
    paint: Paint;
    colour: boolean;
    verbose: boolean;
    tagKept: string | null;
    tagMoved?: string | undefined;
  },
): string {
  const { paint } = options;
  const message = sanitize(error.message);
  const cancelled = error.code === 'cancelled';
  const sections = [
    cancelled ? message.charAt(0).toUpperCase() + message.slice(1) : `${paint('red', 'Error:')} ${message}`,
    ...lastLines(error.lastLines, options.colour),
    ...(error.hint === undefined ? [] : [`Try: ${sanitize(error.hint)}`]),
    ...(options.tagKept === null ? [] : [`tag ${options.tagKept} still points to the previous image`]),
    ...(options.tagMoved === undefined ? [] : [`tag ${options.tagMoved} points to the new image`]),
    ...(options.verbose || error.code === 'bug' ? cause(error).map((line) => paint('dim', sanitize(line))) : []),
    `exit code ${error.exitCode}`,
  ];
  return `${sections.join('\n')}\n`;
}

function lastLines(lines: readonly string[], colour: boolean): string[] {
  if (lines.length === 0) return [];
  const shown = lines.map((line) => `  ${colour ? line : plainText(line)}`.trimEnd());
  return [
    '',
    'Last lines of its output:',
    ...shown.map((line) => (line.includes('\x1b') ? `${line}\x1b[0m` : line)),
    '',
  ];
}

function cause({ cause }: StiError): string[] {
  return cause instanceof Error ? (cause.stack ?? cause.message).split('\n') : [];
}

/** `8080/tcp` → `-p 8080:8080`, `53/udp` → `-p 53:53/udp` */
function publishFlag(port: string): string {
  const [number, protocol = 'tcp'] = port.split('/');
  return `-p ${number}:${number}${protocol === 'tcp' ? '' : `/${protocol}`}`;
}

function withoutTag(reference: string): string {
  return reference.replace(/:[^:/]*$/, '');
}

function shortId(imageId: string): string {
  return imageId.replace(/^sha256:/, '').slice(0, 12);
}
