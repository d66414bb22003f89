const { DOCKER_HOST } = process.env;

/** The engine that the tests run on, as DOCKER_HOST has it. */
export const engineAddress: string = DOCKER_HOST || 'unix:///var/run/docker.sock';
