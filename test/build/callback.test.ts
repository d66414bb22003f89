import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { callbackBody, Messages, postCallback } from '../../source/build/callback.ts';
import { StiError } from '../../source/errors.ts';

const log = (text: string) => ({ type: 'log', at: 0, step: 'assemble', stream: 'stdout', text }) as const;

describe('Messages', () => {
  it('keeps all messages of a build in order', () => {
    const messages = new Messages();
    messages.add(log('one\n'));
    messages.add({ type: 'warning', at: 0, message: 'careful' });
    messages.add({ type: 'step-finished', at: 0, step: 'assemble', ok: true, ms: 1, summary: 'exit 0' });
    expect(messages.text()).toBe('one\nwarning: careful\nassemble: exit 0\n');
  });

  it('cuts no line of one stream by the other one', () => {
    const messages = new Messages();
    messages.add(log('1\n18'));
    messages.add({ ...log('the end\nand '), stream: 'stderr' });
    messages.add(log('60\n61'));
    messages.add({ ...log('more\n'), stream: 'stderr' });
    expect(messages.text()).toBe('1\nthe end\n1860\nand more\n61');
  });

  it('leaves out the middle beyond its limit, and says how much', () => {
    const messages = new Messages(20);
    for (const digit of '0123456789') messages.add(log(`${digit.repeat(4)}\n`));
    expect(messages.text()).toBe('0000\n1111\n\n[… 30 characters left out …]\n8888\n9999\n');
  });
});

describe('callbackBody', () => {
  it('holds no password of a URL, and whatever else is to be taken out', () => {
    const messages = new Messages();
    messages.add(log('fetching https://me:hunter2@example.com/x\n'));
    const error = new StiError('scripts', 'https://me:hunter2@example.com/x is not there');
    const failed = { ok: false, error, tagKept: null } as const;
    expect(callbackBody(failed, messages)).not.toContain('hunter2');
    expect(callbackBody(failed, messages, (text) => text.replaceAll('example', '***'))).not.toContain('example');
  });

  it('has the seed fields and what the image is', () => {
    const result = {
      tag: 'a:latest',
      imageId: 'sha256:1',
      addedBytes: 1,
      labels: { x: 'y' },
      incremental: false,
      exposedPorts: [],
      steps: [],
    };
    expect(JSON.parse(callbackBody({ ok: true, result }, new Messages()))).toEqual({
      payload: '',
      success: true,
      image: 'a:latest',
      imageId: 'sha256:1',
      labels: { x: 'y' },
      steps: [],
    });
  });

  it('names the error of a failed build', () => {
    const error = new StiError('assemble', 'assemble failed with exit code 3');
    expect(JSON.parse(callbackBody({ ok: false, error, tagKept: null }, new Messages()))).toEqual({
      payload: '',
      success: false,
      error: { code: 'assemble', message: 'assemble failed with exit code 3' },
    });
  });
});

describe('postCallback', () => {
  async function server(statuses: number[]) {
    const bodies: string[] = [];
    const http = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        bodies.push(body);
        response.writeHead(statuses[bodies.length - 1] ?? 200).end();
      });
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => new Promise((resolve) => http.close(() => resolve())));
    const address = http.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    return { url: `http://127.0.0.1:${port}/done`, bodies };
  }

  it('posts once when the server takes it', async () => {
    const { url, bodies } = await server([204]);
    expect(await postCallback(url, '{"success":true}', false)).toBeUndefined();
    expect(bodies).toEqual(['{"success":true}']);
  });

  it('tries again after a 5xx, with the whole body each time', async () => {
    const { url, bodies } = await server([500, 503, 200]);
    expect(await postCallback(url, 'body', false)).toBeUndefined();
    expect(bodies).toEqual(['body', 'body', 'body']);
  });

  it('does not try a 4xx again, and warns', async () => {
    const { url, bodies } = await server([404]);
    expect(await postCallback(url, 'body', false)).toContain('404');
    expect(bodies).toHaveLength(1);
  });

  it('is sent once for a cancelled build', async () => {
    const { url, bodies } = await server([500, 200]);
    expect(await postCallback(url, 'body', true)).toContain('500');
    expect(bodies).toHaveLength(1);
  });
});
