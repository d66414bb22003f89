import { describe, expect, it } from 'vitest';
import { namesOf } from '../../../source/cli/dashboard/apps.ts';
import { createLineOutput } from '../../../source/cli/output/line-output.ts';
import { FakeOutput, FakePipe } from '../../support/cli-fakes.ts';

describe('createLineOutput', () => {
  it('hands on whole lines, changed, and the unfinished one at the end', async () => {
    const target = new FakePipe();
    const output = createLineOutput(target, (line) => `app  ${line}`);
    output.write('one\ntw');
    expect(target.text).toBe('app  one\n');
    output.write('o\n\nthree');
    expect(target.text).toBe('app  one\napp  two\napp  \n');
    await new Promise<void>((resolve) => output.end(() => resolve()));
    expect(target.text).toBe('app  one\napp  two\napp  \napp  three\n');
  });

  it('hands on a line without its end when nothing follows', async () => {
    const target = new FakePipe();
    createLineOutput(target, (line) => `app  ${line}`).write('waiting');
    await expect.poll(() => target.text).toBe('app  waiting\n');
  });

  it('is as slow as the output behind it', async () => {
    const target = new FakeOutput({ slow: true });
    const output = createLineOutput(target, (line) => line);
    let taken = false;
    output.write('one\n', () => {
      taken = true;
    });
    expect(taken).toBe(false);
    target.release();
    await expect.poll(() => taken).toBe(true);
  });

  it('has as much less room as the lines get longer, and is no terminal', () => {
    const output = createLineOutput(new FakeOutput({ isTTY: true, columns: 80 }), (line) => line, 7);
    expect(output.columns).toBe(73);
    expect(output.isTTY).toBeUndefined();
  });
});

describe('namesOf', () => {
  it("are the folders' own names, or their paths where two have the same", () => {
    expect(namesOf(['/a/shop', '/a/admin'])).toEqual(['shop', 'admin']);
    expect(namesOf(['/a/web', '/b/web'])).toEqual(['/a/web', '/b/web']);
  });
});
