import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { build, imageOf, tryBuild } from '../support/app-build.ts';
import { serveHttps } from '../support/certificates.ts';
import { failureOf, scriptLines } from '../support/dev-events.ts';
import { answerGit, bareCopy, gitRepository } from '../support/git-repository.ts';
import { filesOf } from '../support/listing.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

const user = { name: 'app', uid: 1001, gid: 1001 };
const token = 'swordfish-of-the-registry';

/** Both scripts run these lines; what save-artifacts prints is text, for it goes to stderr. */
function running(assemble: string, saveArtifacts = assemble) {
  return {
    user,
    scripts: {
      assemble: `#!/bin/sh\n${assemble}\n`,
      'save-artifacts': `#!/bin/sh\n{ ${saveArtifacts}; } >&2\n`,
    },
  };
}

describe('--secret', () => {
  it('can be read by assemble alone, is masked when that prints it, and is in no layer', async () => {
    const cwd = tempFolder();
    const binary = Buffer.concat([Buffer.from('\\ %s \n'), Buffer.from([0, 255, 10])]);
    writeFiles(cwd, { token: `${token}\n`, binary });
    const read = [
      'cat /run/secrets/token; echo "again: $(cat /run/secrets/token)"',
      `[ "$(cat /run/secrets/token)" = ${token.slice(0, 9)}"${token.slice(9)}" ] && echo is whole`,
      'wc -c < /run/secrets/binary; ls -lL /run/secrets/token | cut -c1-10; ls -nL /run/secrets/token | tr -s " " | cut -d" " -f3',
    ].join('\n');
    const builder = running(read, 'ls /run/secrets/token 2>/dev/null || echo no secret');
    const args = ['--secret', 'id=token,src=token', '--secret', 'id=binary,src=binary', '--output', 'docker:image.tar'];
    const { tag } = await build(builder, { cwd, args });
    const again = await build(builder, { cwd, tag, args });
    expect(scriptLines(again).map((line) => line.trim())).toEqual([
      'no secret',
      '***',
      'again: ***',
      'is whole',
      String(binary.length),
      '-r--------',
      '1001',
    ]);
    expect([...(await filesOf(tag)).keys()].filter((path) => /^(run|dev\/shm)/.test(path))).toEqual([]);
    const archive = readFileSync(join(cwd, 'image.tar'));
    for (const form of [token, Buffer.from(token).toString('base64')]) expect(archive.includes(form)).toBe(false);
  });

  it.each([
    ['id=token', '"id=token"'],
    ['id=../up,src=token', '"id=../up,src=token"'],
    ['id=token,src=absent', 'absent'],
  ])('%s is a wrong command line', async (secret, named) => {
    const ended = await tryBuild('root', { args: ['--secret', secret] });
    expect(failureOf(ended)).toMatchObject({ code: 'usage', message: expect.stringContaining(named) });
  });
});

describe('--ca', () => {
  it('is trusted by sti, by git, and by the programs of the scripts, and nothing of it is in the image', async () => {
    const scripts: Record<string, string> = {
      '/assemble': `#!/bin/sh
echo "$SSL_CERT_FILE $PIP_CERT"
tr -d '\\n' <"$NODE_EXTRA_CA_CERTS" | grep -c -e "$(tr -d '\\n' </tmp/src/authority)"
[ "$(grep -c BEGIN "$GIT_SSL_CAINFO")" -gt 50 ] && echo and the usual ones
`,
      '/run': '#!/bin/sh\ntrue\n',
    };
    const repository = gitRepository();
    const root = tempFolder();
    const { url, authority } = await serveHttps((request, response) => {
      const script = scripts[request.url ?? ''];
      if (request.url?.startsWith('/app.git/')) return answerGit(root, request, response);
      response.statusCode = script === undefined ? 404 : 200;
      response.end(script);
    });
    repository.commit({ authority: readFileSync(authority, 'utf8') }, 'First');
    renameSync(bareCopy(repository), join(root, 'app.git'));
    const source = `${url}/app.git`;
    const args = ['--scripts', url, '-e', 'PIP_CERT=mine'];
    const builder = running('');
    expect((await tryBuild(builder, { args })).exitCode).toBe(40);
    expect((await tryBuild(builder, { source })).exitCode).toBe(20);
    const built = await build(builder, { source, args: [...args, '--ca', authority] });
    expect(scriptLines(built)).toEqual(['/run/sti/authorities.pem mine', '1', 'and the usual ones']);
    const { Config } = await imageOf(built.tag);
    expect(Config.Env?.filter((variable) => /CERT|CAINFO|CA_BUNDLE/.test(variable))).toEqual(['PIP_CERT=mine']);
    expect([...(await filesOf(built.tag)).keys()].filter((path) => path.startsWith('run'))).toEqual([]);
  });

  it('without a certificate in it is a wrong command line', async () => {
    const cwd = tempFolder();
    writeFiles(cwd, { 'ca.pem': 'nothing' });
    const ended = await tryBuild('root', { cwd, args: ['--ca', 'ca.pem'] });
    expect(failureOf(ended)).toMatchObject({ code: 'usage', message: expect.stringContaining('ca.pem') });
  });
});
