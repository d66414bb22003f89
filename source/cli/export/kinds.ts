import { shellWord } from '../../dockerfile/quote.ts';
import { type Data, yaml } from './yaml.ts';

/** The application that another system is to build. */
interface Exported {
  /** Of the folder, as a name that all of them allow: `shop`. */
  readonly name: string;
  readonly builder: string;
  readonly tag: string;
  /** The host of the tag's registry; undefined: it names none. */
  readonly registry: string | undefined;
  /** Of this sti. */
  readonly version: string;
}

interface Kind {
  /** Where the file usually stands. */
  readonly file: string;
  readonly text: (app: Exported) => string;
  /** What to do with it. */
  readonly next: (app: Exported) => string;
}

/** The image that sti runs in, and the one that builds its Dockerfile. */
const nodeImage = 'docker.io/library/node:22-bookworm-slim';
const buildahImage = 'quay.io/buildah/stable:v1.39';

const command = ({ version }: Exported): string => `npx --yes --package source-to-images@${version} sti`;
const generate = (app: Exported, source: string, tag: string): string =>
  `${command(app)} build ${source} ${shellWord(app.builder)} ${tag} --as-dockerfile /context/Dockerfile`;

const context = { name: 'context', mountPath: '/context' };
const volumes = [{ name: 'context', emptyDir: {} }];
const privileged = { securityContext: { privileged: true } };

function shipwright(app: Exported): string {
  const strategy: Data = {
    apiVersion: 'shipwright.io/v1beta1',
    kind: 'BuildStrategy',
    metadata: { name: 'sti' },
    spec: {
      volumes,
      steps: [
        {
          name: 'dockerfile',
          image: nodeImage,
          workingDir: '$(params.shp-source-root)',
          command: ['/bin/sh', '-c', generate(app, '"$0"', '"$1"')],
          args: ['$(params.shp-source-context)', '$(params.shp-output-image)'],
          volumeMounts: [context],
        },
        {
          name: 'build-and-push',
          image: buildahImage,
          workingDir: '/context',
          ...privileged,
          command: ['/bin/sh', '-c', 'buildah build --format docker -t "$0" . && buildah push "$0" docker://"$0"'],
          args: ['$(params.shp-output-image)'],
          volumeMounts: [context],
        },
      ],
    },
  };
  const build: Data = {
    apiVersion: 'shipwright.io/v1beta1',
    kind: 'Build',
    metadata: { name: app.name },
    spec: { strategy: { name: 'sti', kind: 'BuildStrategy' }, output: { image: app.tag } },
  };
  return `${yaml(strategy)}---\n${yaml(build)}`;
}

function tekton(app: Exported): string {
  return yaml({
    apiVersion: 'tekton.dev/v1',
    kind: 'Task',
    metadata: { name: `${app.name}-image` },
    spec: {
      params: [
        { name: 'IMAGE', type: 'string', default: app.tag, description: 'Name of the image, with its registry' },
      ],
      workspaces: [{ name: 'source', description: 'The application' }],
      results: [{ name: 'IMAGE_DIGEST', description: 'Digest of the pushed image' }],
      volumes,
      steps: [
        {
          name: 'dockerfile',
          image: nodeImage,
          workingDir: '$(workspaces.source.path)',
          env: [{ name: 'IMAGE', value: '$(params.IMAGE)' }],
          script: `#!/bin/sh\nset -e\n${generate(app, '.', '"$IMAGE"')}\n`,
          volumeMounts: [context],
        },
        {
          name: 'build-and-push',
          image: buildahImage,
          workingDir: '/context',
          ...privileged,
          env: [{ name: 'IMAGE', value: '$(params.IMAGE)' }],
          script: `#!/bin/sh\nset -e\nbuildah build --format docker -t "$IMAGE" .\nbuildah push --digestfile "$(results.IMAGE_DIGEST.path)" "$IMAGE" "docker://$IMAGE"\n`,
          volumeMounts: [context],
        },
      ],
    },
  });
}

const contextOf = ({ name }: Exported): string => `../${name}-context`;

function bake(app: Exported): string {
  const target = { context: contextOf(app), dockerfile: 'Dockerfile', tags: [app.tag] };
  return `${JSON.stringify({ group: { default: { targets: [app.name] } }, target: { [app.name]: target } }, null, 2)}\n`;
}

/** Builds, and pushes where the tag names a registry. */
function buildLine(app: Exported): string {
  const push = app.registry === undefined ? '' : ' --push';
  return `${command(app)} build . ${shellWord(app.builder)} ${shellWord(app.tag)}${push}`;
}

const loginLine = (registry: string): string =>
  `printf %s "$REGISTRY_PASSWORD" | docker login --username "$REGISTRY_USER" --password-stdin ${shellWord(registry)}`;

function github(app: Exported): string {
  const { registry } = app;
  const login = registry !== undefined && {
    name: 'Log in',
    run: loginLine(registry),
    env: Object.fromEntries(['REGISTRY_USER', 'REGISTRY_PASSWORD'].map((name) => [name, `\${{ secrets.${name} }}`])),
  };
  return yaml({
    name: 'image',
    on: { push: { branches: ['main'] }, workflow_dispatch: {} },
    permissions: { contents: 'read' },
    jobs: {
      image: {
        'runs-on': 'ubuntu-latest',
        steps: [
          { uses: 'actions/checkout@v4' },
          { uses: 'actions/setup-node@v4', with: { 'node-version': '22' } },
          ...(login ? [login] : []),
          { name: 'Build', run: buildLine(app) },
        ],
      },
    },
  });
}

function gitlab(app: Exported): string {
  const { registry } = app;
  return yaml({
    image: {
      stage: 'build',
      image: 'docker.io/library/docker:27-cli',
      services: ['docker:27-dind'],
      variables: {
        DOCKER_HOST: 'tcp://docker:2376',
        DOCKER_TLS_CERTDIR: '/certs',
        DOCKER_TLS_VERIFY: '1',
        DOCKER_CERT_PATH: '/certs/client',
      },
      before_script: ['apk add --no-cache nodejs npm git', ...(registry === undefined ? [] : [loginLine(registry)])],
      script: [buildLine(app)],
    },
  });
}

const secrets = ({ registry }: Exported, where: string): string =>
  registry === undefined ? '' : ` It logs in with REGISTRY_USER and REGISTRY_PASSWORD, which are ${where}.`;

/** What `sti export` writes, by the name of the system. */
export const exportKinds = {
  shipwright: {
    file: 'shipwright.yaml',
    text: shipwright,
    next: ({ name }) => `kubectl apply -f shipwright.yaml, then shp build upload ${name} --follow.`,
  },
  tekton: {
    file: 'tekton.yaml',
    text: tekton,
    next: ({ name }) => `kubectl apply -f tekton.yaml, then run the task ${name}-image with a workspace "source".`,
  },
  bake: {
    file: 'docker-bake.json',
    text: bake,
    next: (app) => `sti build --as-dockerfile ${contextOf(app)}/, then docker buildx bake.`,
  },
  github: {
    file: '.github/workflows/image.yml',
    text: github,
    next: (app) => `Put it into .github/workflows.${secrets(app, 'secrets of the repository')}`,
  },
  gitlab: {
    file: '.gitlab-ci.yml',
    text: gitlab,
    next: (app) => `Put it into .gitlab-ci.yml.${secrets(app, 'variables of the project')}`,
  },
} as const satisfies Record<string, Kind>;
