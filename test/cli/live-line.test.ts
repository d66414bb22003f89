import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLines } from '../../source/cli/lines.ts';
import { done, log, started, warning } from './build-events.ts';
import { FakeOutput, FakePipe } from './fakes.ts';

function lines({ isTTY = true, columns = 80, quiet = false } = {}) {
  const stderr = new FakeOutput({ isTTY, columns });
  const redact = (text: string) => text;
  const options = { stdout: new FakePipe(), verbose: false, colour: false, engine: () => 'docker' as const };
  return { stderr, face: createLines({ stderr, quiet, redact, ...options }) };
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
    void face.emit(started('assemble'));
    vi.advanceTimersByTime(500);
    void face.emit(log('one\n'));
    vi.advanceTimersByTime(500);
    expect(next()).toBe('assemble\n  one\n');
    vi.advanceTimersByTime(1000);
    expect(next()).toBe('assemble   2s');
    void face.emit(log('two, '));
    vi.advanceTimersByTime(5000);
    void face.emit(log('three\n'));
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
