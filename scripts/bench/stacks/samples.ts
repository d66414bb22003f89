import { mavenPackages } from './packages/maven.ts';
import { npmPackages } from './packages/npm.ts';
import type { Packages } from './packages/packages.ts';
import { pythonPackages } from './packages/python.ts';
import { rubyPackages } from './packages/ruby.ts';

/** The sample application of a template, with packages and with a file that saves change. */
export interface Sample {
  /** What the base needs of Debian; undefined: busybox is enough. */
  readonly debian?: readonly string[];
  readonly packages?: Packages;
  /** In place of the files of the template's sample, or beside them. */
  readonly files?: Readonly<Record<string, string>>;
  /** What is written for a save after which the page says this. */
  save(text: string): Readonly<Record<string, string>>;
  /** What people write in a Dockerfile for such an application, after its first line. */
  readonly dockerfile: string;
  /** Whether assemble takes so long that sti dev learns which files are only copied. */
  readonly learns: boolean;
  /** Whether every save is compiled, which takes its time in either way. */
  readonly compiles?: true;
  /** Whether it reloads by itself (`com.redhat.dev-mode`). */
  readonly reloads: boolean;
}

const count = 150;

export const samples = {
  nodejs: {
    debian: ['gcc', 'libc6-dev', 'make'],
    packages: npmPackages(count),
    files: {
      'server.js': `const words = require('./words.js');
for (const name of Object.keys(require('./package.json').dependencies).slice(0, 20)) require(name);
require('node:http').createServer((_, response) => response.end(words)).listen(process.env.PORT ?? 8080);
process.on('SIGTERM', () => process.exit(0));
`,
    },
    save: (text) => ({ 'words.js': `module.exports = '${text}';\n` }),
    dockerfile: `WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev
COPY . .
USER 1001
CMD ["node", "server.js"]
`,
    learns: true,
    reloads: true,
  },
  python: {
    debian: ['gcc', 'libc6-dev', 'python3-dev', 'python3-venv'],
    packages: pythonPackages(count),
    files: {
      'app.py': `import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import native_0, package_0, package_1, package_2
from words import words


class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header('content-length', str(len(words)))
        self.end_headers()
        self.wfile.write(words.encode())


ThreadingHTTPServer(('', int(os.environ.get('PORT', '8080'))), Page).serve_forever()
`,
    },
    save: (text) => ({ 'words.py': `words = '${text}'\n` }),
    dockerfile: `RUN python3 -m venv /venv
WORKDIR /app
COPY requirements.txt .
RUN /venv/bin/pip install --no-cache-dir -r requirements.txt
COPY . .
USER 1001
CMD ["/venv/bin/python", "app.py"]
`,
    learns: true,
    reloads: true,
  },
  ruby: {
    debian: ['bundler', 'gcc', 'libc6-dev', 'make', 'ruby-dev'],
    packages: rubyPackages(60),
    files: {
      'app.rb': `require 'socket'
require_relative 'words'
require 'native_0/native_0'
require 'package_0'

trap('TERM') { exit }
server = TCPServer.new('0.0.0.0', Integer(ENV.fetch('PORT', '8080')))
loop do
  client = server.accept
  nil until ["\\r\\n", nil].include?(client.gets)
  client.print "HTTP/1.1 200 OK\\r\\ncontent-length: #{WORDS.bytesize}\\r\\nconnection: close\\r\\n\\r\\n#{WORDS}"
  client.close
end
`,
    },
    save: (text) => ({ 'words.rb': `WORDS = '${text}'\n` }),
    dockerfile: `ENV BUNDLE_PATH=/bundle BUNDLE_FROZEN=true BUNDLE_APP_CONFIG=/bundle
WORKDIR /app
COPY Gemfile Gemfile.lock ./
RUN bundle install --quiet
COPY . .
USER 1001
CMD ["bundle", "exec", "ruby", "app.rb"]
`,
    learns: true,
    reloads: true,
  },
  java: {
    debian: [
      'libmaven-compiler-plugin-java',
      'libmaven-jar-plugin-java',
      'libmaven-resources-plugin-java',
      'libsurefire-java',
      'maven',
      'openjdk-17-jdk-headless',
    ],
    packages: mavenPackages(100),
    files: {
      'src/main/java/Main.java': `import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;

public class Main {
    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        server.createContext("/", exchange -> {
            byte[] words = Words.get().getBytes();
            exchange.sendResponseHeaders(200, words.length);
            exchange.getResponseBody().write(words);
            exchange.close();
        });
        server.start();
    }
}
`,
    },
    save: (text) => ({
      'src/main/java/Words.java': `class Words {\n    static String get() {\n        return "${text}";\n    }\n}\n`,
    }),
    dockerfile: `WORKDIR /app
COPY .mvn .mvn
COPY pom.xml .
RUN mvn -B -ntp package
COPY . .
RUN mvn -B -ntp -DskipTests package
USER 1001
CMD ["java", "-jar", "target/hello-1.0.0.jar"]
`,
    compiles: true,
    learns: false,
    reloads: false,
  },
  static: {
    save: (text) => ({ 'index.html': text }),
    dockerfile: 'COPY . /site\nUSER 1001\nCMD ["httpd", "-f", "-p", "8080", "-h", "/site"]\n',
    learns: false,
    reloads: false,
  },
  buildpack: {
    debian: ['perl-base'],
    files: {
      'server.pl': `use strict;
use warnings;
use IO::Socket::INET;

my $words = do './words.pl';
my $server = IO::Socket::INET->new(LocalPort => $ENV{PORT} || 8080, Listen => 16, ReuseAddr => 1) or die;
while (my $client = $server->accept) {
    while (my $line = <$client>) { last if $line =~ /^\\r?\\n$/ }
    print $client "HTTP/1.1 200 OK\\r\\ncontent-length: " . length($words) . "\\r\\nconnection: close\\r\\n\\r\\n$words";
    close $client;
}
`,
    },
    save: (text) => ({ 'words.pl': `'${text}';\n` }),
    dockerfile: 'WORKDIR /app\nCOPY . .\nUSER 1001\nCMD ["perl", "server.pl"]\n',
    learns: false,
    reloads: false,
  },
} satisfies Record<string, Sample>;
