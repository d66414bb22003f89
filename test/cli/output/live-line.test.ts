import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLines } from '../../../source/cli/output/lines.ts';
import { done, log, progress, started, warning } from '../../support/build-events.ts';
import { FakeOutput, FakePipe } from '../../support/cli-fakes.ts';
import { piecesOf } from '../../support/pieces.ts';

function lines({ isTTY = true, columns = 80, quiet = false } = {}) {
  const stderr = new FakeOutput({ isTTY, columns });
  const options = { stdout: new FakePipe(), verbose: false, colour: false, engine: () => 'docker' as const };
  return { stderr, face: createLines({ stderr, quiet, ...options }) };
}

/** What was written since the last call. */
function reader(stderr: FakeOutput): () => string {
  let read = 0;
  return () => {
    const text = stderr.text.slice(read);
    read = stderr.text.length;
    return text;
  };
}

describe('the line with the elapsed time', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 0 }));
  afterEach(() => void vi.useRealTimers());

  it('is rewritten in place each second of a long step, and gone when the step ends', () => {
    const { stderr, face } = lines();
    const next = reader(stderr);
    void face.emit(started('source'));
    expect(next()).toBe('');
    vi.advanceTimersByTime(2000);
    expect(next()).toBe('source     1s\r\x1b[Ksource     2s');
    void face.emit(done('source', 'app', 2500));
    expect(next()).toMatch(/^\r\x1b\[Ksource {5}app +2\.50s\n$/);
    vi.advanceTimersByTime(5000);
    expect(next()).toBe('');
  });

  it('says how far a step is that knows it', () => {
    const { stderr, face } = lines();
    void face.emit(started('copy'));
    void face.emit(progress('copy', 23_100, 500));
    vi.advanceTimersByTime(1000);
    expect(stderr.text).toBe('copy       23,100 of 60,000 · 1s');
  });

  it('shows the step that has run longest', () => {
    const { stderr, face } = lines();
    void face.emit(started('source'));
    void face.emit(started('builder'));
    vi.advanceTimersByTime(1000);
    expect(stderr.text).toBe('source     1s');
  });

  it('stays away while output flows and from unfinished lines, and never gets between pieces of output', () => {
    const { stderr, face } = lines();
    const next = reader(stderr);
    const pieces = piecesOf();
    void face.emit(started('assemble'));
    vi.advanceTimersByTime(500);
    void face.emit(log('one\n'));
    vi.advanceTimersByTime(500);
    expect(next()).toBe('assemble\n  one\n');
    vi.advanceTimersByTime(1000);
    expect(next()).toBe('assemble   2s');
    void face.emit({ type: 'log', at: 0, step: 'assemble', ...pieces('two, ') });
    vi.advanceTimersByTime(5000);
    void face.emit({ type: 'log', at: 0, step: 'assemble', ...pieces('three\n') });
    expect(next()).toBe('\r\x1b[K  two, three\n');
  });

  it('makes room for warnings', () => {
    const { stderr, face } = lines();
    void face.emit(started('source'));
    vi.advanceTimersByTime(1000);
    void face.emit(warning('careful'));
    expect(stderr.text).toBe('source     1s\r\x1b[Kwarning: careful\n');
  });

  it('never wraps', () => {
    const { stderr, face } = lines({ columns: 10 });
    void face.emit(started('artifacts'));
    vi.advanceTimersByTime(1000);
    expect(stderr.text).toBe('artifacts');
  });

  it('is gone after close', () => {
    const { stderr, face } = lines();
    void face.emit(started('source'));
    vi.advanceTimersByTime(1000);
    face.close();
    vi.advanceTimersByTime(5000);
    expect(stderr.text).toBe('source     1s\r\x1b[K');
  });

  it.each([
    ['in a pipe', { isTTY: false }],
    ['with --quiet', { quiet: true }],
  ])('is never there %s', (_where, options) => {
    const { stderr, face } = lines(options);
    void face.emit(started('source'));
    vi.advanceTimersByTime(10_000);
    expect(stderr.text).toBe('');
  });
});
