import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { debianImage, dockerBuild } from './debian-base.ts';
import { tempFolderOfFile, writeFiles } from './temp.ts';

/**
 * Builders as people use them, on a base of this machine's programs: user 1001 of group 0, an entrypoint, everything moved to
 * one folder, and an installer at each assemble. `STI_REAL_BUILDERS=folder` hands the scripts of real ones to a run, as
 * `NAME/s2i/bin/…` or `NAME/…`, and what they need beside those as `NAME/root/…`; without it ours stand in.
 */
const isOurs = process.env['STI_REAL_BUILDERS'] === undefined;
const { STI_REAL_BUILDERS: folder = join(import.meta.dirname, 'real-builders') } = process.env;

interface RealBuilder {
  /** What is served is what `page` has. */
  readonly files: Readonly<Record<string, string>>;
  readonly page: string;
  readonly manifest: string;
  /** Instructions that only this language has. */
  readonly instructions: readonly string[];
  readonly reloads: boolean;
}

const home = '/opt/app-root/src';

export type RealName = 'nodejs' | 'python' | 'ruby';

export const realBuilders: Readonly<Record<RealName, RealBuilder>> = {
  nodejs: {
    files: {
      'package.json':
        '{ "name": "app", "version": "1.0.0", "scripts": { "start": "node server.js" }, "dependencies": { "words": "file:./words" } }',
      'words/package.json': '{ "name": "words", "version": "1.0.0" }',
      'page.js': "module.exports = 'one';\n",
      'server.js': `const page = require('./page.js');
process.on('SIGTERM', () => process.exit(0));
require('node:http').createServer((asked, answer) => answer.end(page)).listen(8080);\n`,
    },
    page: 'page.js',
    manifest: 'package.json',
    instructions: ['ENV NPM_RUN=start DEV_MODE=false', 'LABEL com.redhat.dev-mode=DEV_MODE:false'],
    reloads: true,
  },
  python: {
    files: {
      'requirements.txt': '# none\n',
      'page.py': "page = 'one'\n",
      'app.py': `import http.server, signal, sys
from page import page
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(page.encode())
http.server.ThreadingHTTPServer(('', 8080), Page).serve_forever()\n`,
    },
    page: 'page.py',
    manifest: 'requirements.txt',
    instructions: [
      `RUN python3 -m venv ${isOurs ? '--without-pip' : ''} /opt/app-root`,
      'ENV PATH=/opt/app-root/bin:$PATH',
    ],
    reloads: false,
  },
  ruby: {
    files: {
      Gemfile: "gem 'rack', path: 'rack'\n",
      'rack/rack.gemspec': `Gem::Specification.new do |gem|
  gem.name, gem.version, gem.summary, gem.author, gem.executables = 'rack', '3', 'a server', 'sti', ['rackup']
end\n`,
      'rack/bin/rackup': "load 'app.rb' unless ARGV == ['-h']\n",
      'page.rb': "PAGE = 'one'\n",
      'app.rb': `require 'socket'
require_relative 'page'
trap('TERM') { exit }
server = TCPServer.new(8080)
loop do
  client = server.accept
  while (line = client.gets) && line != "\\r\\n"; end
  client.write("HTTP/1.1 200 OK\\r\\ncontent-length: #{PAGE.length}\\r\\nconnection: close\\r\\n\\r\\n#{PAGE}")
  client.close
end\n`,
    },
    page: 'page.rb',
    manifest: 'Gemfile',
    instructions: [],
    reloads: false,
  },
};

/** The image of a builder; `base` is what `realBase` gave. */
export async function makeRealBuilder(name: RealName, base: string): Promise<string> {
  const context = tempFolderOfFile();
  const given = join(folder, name);
  const scripts = scriptsOf(name);
  const ours = {
    'usr/bin/container-entrypoint': '#!/bin/bash\nexec "$@"\n',
    'usr/bin/fix-permissions': '#!/bin/sh\n:\n',
  };
  for (const path of ['scripts', 'root/etc']) mkdirSync(join(context, path), { recursive: true });
  for (const script of readdirSync(scripts).filter((one) => !['root', 's2i'].includes(one)))
    cpSync(join(scripts, script), join(context, 'scripts', script));
  writeFiles(join(context, 'root'), {
    ...ours,
    'etc/passwd': `root:x:0:0:root:/root:/bin/sh\ndefault:x:1001:0::${home}:/bin/bash\n`,
  });
  if (existsSync(join(given, 'root')))
    cpSync(join(given, 'root'), join(context, 'root'), { recursive: true, verbatimSymlinks: true });
  for (const path of Object.keys(ours)) chmodSync(join(context, 'root', path), 0o755);
  const dockerfile = [
    ...[`FROM ${base}`, 'COPY root /', 'COPY scripts /usr/libexec/s2i'],
    `RUN mkdir -p ${home} && chown -R 1001:0 /opt/app-root && chmod -R g+w /opt/app-root`,
    `ENV APP_ROOT=/opt/app-root HOME=${home} STI_SCRIPTS_PATH=/usr/libexec/s2i`,
    ...realBuilders[name].instructions,
    `LABEL io.openshift.s2i.scripts-url=image:///usr/libexec/s2i com.redhat.deployments-dir=${home}`,
    'LABEL io.openshift.expose-services=8080:http',
    ...['EXPOSE 8080', `WORKDIR ${home}`, 'ENTRYPOINT ["container-entrypoint"]', 'USER 1001'],
  ];
  writeFiles(context, { Dockerfile: `${dockerfile.join('\n')}\n` });
  return dockerBuild(context);
}

/** Whether its builds leave something to the next one. */
export function savesArtifacts(name: RealName): boolean {
  return existsSync(join(scriptsOf(name), 'save-artifacts'));
}

function scriptsOf(name: RealName): string {
  const given = join(folder, name);
  return [join(given, 's2i/bin'), given].find((path) => existsSync(join(path, 'assemble'))) ?? given;
}

export function realBase(): Promise<string> {
  return debianImage(['bash', 'python3-venv', 'ruby', 'bundler', 'perl-base']);
}
