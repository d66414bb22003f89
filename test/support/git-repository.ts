import { execFileSync, spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { serveHttp } from './http-server.ts';
import { tempFolder, writeFiles } from './temp.ts';

const { PATH = '' } = process.env;
/** git as on a machine where nobody has set anything, at a time that is always the same. */
const env = {
  PATH,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_AUTHOR_DATE: '2024-03-01T12:00:00Z',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
  GIT_COMMITTER_DATE: '2024-03-01T12:00:00Z',
};

export interface Repository {
  /** A checkout, on the branch `main`. */
  readonly folder: string;
  /** `file://…` */
  readonly url: string;
  git(...args: string[]): string;
  /** Writes the files, commits everything, and gives the commit's id. */
  commit(files: Readonly<Record<string, string>>, message: string): string;
}

/** A repository that is removed when the running test has ended. */
export function gitRepository(): Repository {
  const folder = `${tempFolder()}/app`;
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', folder], { env });
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, env, encoding: 'utf8' }).trim();
  return {
    folder,
    url: pathToFileURL(folder).href,
    git,
    commit(files, message) {
      writeFiles(folder, files);
      git('add', '--all');
      git('commit', '--quiet', '--message', message);
      return git('rev-parse', 'HEAD');
    },
  };
}

/** A bare copy of a repository, as servers keep them: the path ends in `.git`. */
export function bareCopy({ folder }: Repository): string {
  const bare = `${tempFolder()}/${basename(folder)}.git`;
  execFileSync('git', ['clone', '--quiet', '--bare', folder, bare], { env });
  return bare;
}

/**
 * Serves a repository by git's own HTTP server program, and gives its URL.
 * @param login `name:password` that is asked for; absent: everybody may read
 */
export async function serveRepository(repository: Repository, login?: string): Promise<string> {
  const bare = bareCopy(repository);
  const server = await serveHttp((request, response) => {
    const given = Buffer.from(request.headers.authorization?.replace('Basic ', '') ?? '', 'base64').toString();
    if (login === undefined || given === login) return answerGit(dirname(bare), request, response);
    response.writeHead(401, { 'www-authenticate': 'Basic realm="repositories"' }).end();
  });
  return `${login === undefined ? server : server.replace('//', `//${login}@`)}/${basename(bare)}`;
}

/** One request for a repository below `root`, by CGI: the answer's head comes on stdout, before an empty line. */
export function answerGit(root: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? '', 'http://here');
  const backend = spawn('git', ['http-backend'], {
    env: {
      ...env,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const chunks: Buffer[] = [];
  request.pipe(backend.stdin.on('error', () => {}));
  backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  backend.on('close', () => {
    const answer = Buffer.concat(chunks);
    const end = answer.indexOf('\r\n\r\n');
    for (const line of answer.toString('utf8', 0, end).split('\r\n')) {
      const [name = '', value = ''] = line.split(': ');
      if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.end(answer.subarray(end + 4));
  });
}
