import type { DevEmit, DevEvent, DevSummary } from '../dev/events.ts';
import { formatDuration } from './duration.ts';
import type { Lines } from './lines.ts';

/** The face of `sti dev` without its dashboard: a line for each thing that happens, and a summary at the end. */
export function createDevLines(lines: Lines): DevEmit {
  return (event) => {
    switch (event.type) {
      case 'dev-started':
        return undefined;
      case 'cycle-started':
        return lines.say(`build ${event.cycle}`, reason(event));
      case 'cycle-waiting':
        return lines.say(`build ${event.cycle}`, 'waits for its turn to assemble (--jobs)');
      case 'cycle-superseded':
        return lines.say(`build ${event.cycle}`, 'superseded by a newer save');
      case 'cycle-served':
        return lines.say('serving', `${where(event.urls)} · build ${event.cycle}`, formatDuration(event.ms, 2));
      case 'cycle-failed':
        return lines.say('failed', failure(event));
      case 'app-exited':
        return lines.say(
          'app',
          `ended with exit code ${event.exitCode}; the next save starts it${quote(event.lastLines)}`,
        );
      case 'image-tagged':
        return lines.say('image', `${event.tag} is build ${event.cycle}`, formatDuration(event.ms, 2));
      case 'artifacts-saved':
      case 'image-compared':
        return undefined;
      case 'watching':
        return lines.say('watching', event.paused ? 'paused' : 'again');
      case 'dev-ending':
        return lines.say('ending', 'the application is being stopped');
      case 'dev-finished':
        return lines.say('done', summarise(event.summary));
      default:
        return lines.emit(event);
    }
  };
}

function reason({ why, changes, changed }: DevEvent & { type: 'cycle-started' }): string {
  const more = changed - changes.length;
  const names = changes.map((path) => path.replaceAll('\n', '\\n')).join(', ');
  return changes.length === 0 ? why : `${why}: ${names}${more > 0 ? ` +${more}` : ''}`;
}

function failure({ cycle, message, lastLines, hint, serving }: DevEvent & { type: 'cycle-failed' }): string {
  const still = serving === null ? 'nothing is served' : `still serving build ${serving}`;
  const text = `build ${cycle}: ${message} — ${still}${quote(lastLines)}`;
  return hint === undefined ? text : `${text}\n  Try: ${hint}`;
}

function quote(lines: readonly string[]): string {
  return lines.map((line) => `\n  ${line}`).join('');
}

function where(urls: readonly string[]): string {
  return urls.length === 0 ? 'without ports' : urls.join(', ');
}

function summarise({ cycles, failures, medianMs, tag, taggedCycle, lastGoodCycle }: DevSummary): string {
  const median = medianMs === null ? '' : `, ${Math.round(medianMs)} ms from save to served (median)`;
  const failed = failures === 0 ? '' : `, ${failures} failed`;
  const counted = `${cycles} ${cycles === 1 ? 'build' : 'builds'}${failed}${median}`;
  if (tag === null) return counted;
  if (taggedCycle === null) return `${counted}; ${tag} was not moved`;
  return taggedCycle === lastGoodCycle
    ? `${counted}; ${tag} has the last good state`
    : `${counted}; ${tag} is build ${taggedCycle}, not the last good one (${lastGoodCycle})`;
}
