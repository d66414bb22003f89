import { describe, expect, it } from 'vitest';
import { callbackBody } from '../../../source/build/callback/body.ts';
import { Messages } from '../../../source/build/callback/messages.ts';
import { StiError } from '../../../source/errors.ts';
import { piece } from '../../support/pieces.ts';

const log = (text: string) => ({ type: 'log', at: 0, step: 'assemble', ...piece(text) }) as const;

const result = {
  tag: 'a:latest',
  imageId: 'sha256:1',
  digest: null,
  sbomDigest: null,
  addedBytes: 1,
  labels: { x: 'y' },
  incremental: false,
  exposedPorts: [],
  steps: [],
};

describe('callbackBody', () => {
  it('is plain text, whatever colours a script or an error has', () => {
    const messages = new Messages();
    messages.add(log('\x1b[31mred\x1b[0m\r\n10%\r20%\n'));
    const failed = { ok: false, error: new StiError('scripts', 'no \x1b[1mscript'), tagKept: null } as const;
    expect(JSON.parse(String(callbackBody(failed, messages, [])))).toEqual({
      payload: 'red\n20%\n',
      success: false,
      error: { code: 'scripts', message: 'no script' },
      steps: [],
    });
  });

  it('has the seed fields and what the image is', () => {
    expect(JSON.parse(String(callbackBody({ ok: true, result }, new Messages(), [])))).toEqual({
      payload: '',
      success: true,
      image: 'a:latest',
      imageId: 'sha256:1',
      labels: { x: 'y' },
      steps: [],
    });
  });

  it('has the digest of an image that was pushed', () => {
    const outcome = { ok: true, result: { ...result, digest: 'sha256:2' } } as const;
    expect(JSON.parse(String(callbackBody(outcome, new Messages(), [])))).toMatchObject({ digest: 'sha256:2' });
  });

  it('is JSON whatever was printed', () => {
    const messages = new Messages();
    const text = `"\\${'😀'.repeat(200_000)}\n`;
    messages.add({ ...log('\n'), lines: [`"\\${'😀'.repeat(200_000)}`] });
    const error = new StiError('assemble', 'failed');
    const { payload } = JSON.parse(String(callbackBody({ ok: false, error, tagKept: null }, messages, [])));
    expect(payload).toBe(text);
  });

  it('names the error of a failed build, and the steps that went well', () => {
    const steps = [{ name: 'source', ms: 12 } as const];
    const error = new StiError('assemble', 'assemble failed with exit code 3');
    expect(JSON.parse(String(callbackBody({ ok: false, error, tagKept: null }, new Messages(), steps)))).toEqual({
      payload: '',
      success: false,
      error: { code: 'assemble', message: 'assemble failed with exit code 3' },
      steps,
    });
  });
});
