import type { DevEmit, DevEvent, DevSummary } from '../../dev/events.ts';
import { formatDuration } from '../../terminal/duration.ts';
import { formatBytes } from '../../terminal/units.ts';
import type { Lines } from './lines.ts';

/** The face of `sti dev` without its dashboard: a line for each thing that happens, and a summary at the end. */
export function createDevLines(lines: Lines, { verbose }: { readonly verbose: boolean }): DevEmit {
  return (event) => {
    switch (event.type) {
      case 'dev-started':
        return undefined;
      case 'cycle-started':
        return lines.say(`build ${event.cycle}`, reason(event));
      case 'cycle-waiting':
        return lines.say(`build ${event.cycle}`, 'waits for its turn to assemble (--jobs)');
      case 'cycle-superseded':
        return lines.say(`build ${event.cycle}`, `superseded by a newer save: ${event.why}`);
      case 'save-waiting':
        return lines.say('save', `waits: ${event.why}`);
      case 'cycle-served':
        return lines.say('serving', served(event), formatDuration(event.ms, 2));
      case 'learned':
        return lines.say('learned', event.kinds.map(({ what, to }) => `${what} is only copied, to ${to}/`).join('; '));
      case 'proven':
        return lines.say('proven', `build ${event.cycle} is what assemble makes of it`);
      case 'unlearned':
        return lines.say('unlearned', `${event.kinds.join(', ')}: ${event.why}`);
      case 'not-learned':
        return verbose ? lines.say('not learned', notLearned(event)) : undefined;
      case 'corrected':
        return lines.say(
          'corrected',
          `build ${event.cycle} was served wrong for ${formatDuration(event.ms, 1)}: ${event.why}; its image is served now`,
        );
      case 'cycle-failed':
        return lines.say('failed', failure(event));
      case 'app-exited':
        return lines.say(
          'app',
          `ended with exit code ${event.exitCode}; the next save starts it${quote(event.lastLines)}`,
        );
      case 'dev-interrupted':
        return event.until === 'asked again'
          ? undefined
          : lines.emit({
              type: 'warning',
              at: event.at,
              message: `${event.message}; sti dev waits for it`,
            });
      case 'image-tagged':
        return lines.say('image', `${event.tag} is build ${event.cycle}`, formatDuration(event.ms, 2));
      case 'request':
        return verbose ? lines.say('request', request(event), formatDuration(event.ms, 2)) : undefined;
      case 'artifacts-saved':
      case 'image-compared':
        return undefined;
      case 'watching':
        return lines.say('watching', event.paused ? 'paused' : 'again');
      case 'dev-ending':
        return lines.say('ending', ending(event));
      case 'dev-finished':
        return lines.say('done', summarise(event.summary));
      default:
        return lines.emit(event);
    }
  };
}

function notLearned({ cycle, kinds, why }: DevEvent & { type: 'not-learned' }): string {
  return `${kinds.length === 0 ? `from build ${cycle}` : kinds.join(', ')}: ${why}`;
}

function reason({ why, changes, changed }: DevEvent & { type: 'cycle-started' }): string {
  const more = changed - changes.length;
  const names = changes.map((path) => path.replaceAll('\n', '\\n')).join(', ');
  return changes.length === 0 ? why : `${why}: ${names}${more > 0 ? ` +${more}` : ''}`;
}

function request({ method, path, status, bytes, version, waitedMs }: DevEvent & { type: 'request' }): string {
  const outcome = `${method} ${path} · ${status ?? 'broken off'} · ${formatBytes(bytes)}`;
  const answerer = version === null ? '' : ` · build ${version}`;
  // A connection that is only made takes less.
  return waitedMs < 50 ? `${outcome}${answerer}` : `${outcome}${answerer} · waited ${formatDuration(waitedMs, 2)}`;
}

function failure({ cycle, message, lastLines, hint, serving }: DevEvent & { type: 'cycle-failed' }): string {
  const still = serving === null ? 'nothing is served' : `still serving build ${serving}`;
  const text = `build ${cycle}: ${message} — ${still}${quote(lastLines)}`;
  return hint === undefined ? text : `${text}\n  Try: ${hint}`;
}

function ending({ image }: DevEvent & { type: 'dev-ending' }): string {
  return image === null
    ? 'the application is being stopped'
    : `the image of build ${image} is being made; Ctrl-C again doesn't wait for it`;
}

function quote(lines: readonly string[]): string {
  return lines.map((line) => `\n  ${line}`).join('');
}

function served({ urls, cycle, path, assembled }: DevEvent & { type: 'cycle-served' }): string {
  const way =
    path === 'sync' || path === 'reload' ? ` · ${path}` : assembled === undefined ? '' : ` · assembled: ${assembled}`;
  return `${where(urls)} · build ${cycle}${way}`;
}

function where(urls: readonly string[]): string {
  return urls.length === 0 ? 'without ports' : urls.join(', ');
}

function summarise(summary: DevSummary): string {
  const { learned } = summary;
  const told = describeOutcome(summary) + describeWays(summary);
  return learned.length === 0 ? told : `${told}\n  learned: only copied are ${learned.join('; ')}`;
}

/** Medians of each way, where saves took more than one. */
function describeWays({ ways }: DevSummary): string {
  if (ways.length < 2) return '';
  const each = ways.map(({ path, saves, medianMs }) => `${saves} ${path}, ${exactly(medianMs)}`);
  return `\n  saves: ${each.join(' · ')}`;
}

/** `42 ms`, `3.4s` */
function exactly(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : formatDuration(ms, 1);
}

function describeOutcome({ cycles, failures, medianMs, tag, taggedCycle, lastGoodCycle }: DevSummary): string {
  const median = medianMs === null ? '' : `, ${exactly(medianMs)} from save to served (median)`;
  const failed = failures === 0 ? '' : `, ${failures} failed`;
  const counted = `${cycles} ${cycles === 1 ? 'build' : 'builds'}${failed}${median}`;
  if (tag === null) return counted;
  if (taggedCycle === null) return `${counted}; ${tag} was not moved`;
  return taggedCycle === lastGoodCycle
    ? `${counted}; ${tag} has the last good state`
    : `${counted}; ${tag} is build ${taggedCycle}, not the last good one (${lastGoodCycle})`;
}
