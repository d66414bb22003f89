import type { ImageConfig } from '../engine/engine.ts';

/** `HOST:CONTAINER`, or a port that the image exposes, on the same host port. */
export interface PortWish {
  readonly container: number;
  readonly host: number;
  /** The user named the host port: then another one won't do. */
  readonly asked: boolean;
  /** A debugger's: nobody waits for it, and it is no address of the application. */
  readonly isDebug?: boolean;
}

type Exposing = Pick<ImageConfig, 'exposedPorts'> & Partial<Pick<ImageConfig, 'onBuild'>>;

/** As builder images name their services: `8080:http,8443:https`. */
const servicesLabel = 'io.openshift.expose-services';

/**
 * What `--port` asks for; without it the ports by TCP that the image's label names, in its order, then what it exposes,
 * lowest first. The application is ready when the first one answers.
 */
export function portWishes(
  image: Exposing & Pick<ImageConfig, 'labels'>,
  { ports, debugPorts }: { readonly ports: readonly PortWish[]; readonly debugPorts: readonly PortWish[] },
): PortWish[] {
  const debug = debugPorts.map((wish) => ({ ...wish, isDebug: true }));
  return [...applicationPorts(image, ports), ...debug];
}

function applicationPorts(
  image: Exposing & Pick<ImageConfig, 'labels'>,
  asked: readonly PortWish[],
): readonly PortWish[] {
  if (asked.length > 0) return asked;
  const services = (image.labels[servicesLabel] ?? '')
    .split(',')
    .flatMap((service) => tcpPort(service.split(':')[0] ?? ''));
  const exposed = exposedBy(image)
    .flatMap(tcpPort)
    .sort((a, b) => a - b);
  return [...new Set([...services, ...exposed])].map((port) => ({ container: port, host: port, asked: false }));
}

/** Exposed ports that can't be served: `53/udp`. */
export function portsLeftOut(image: Exposing): string[] {
  return exposedBy(image).filter((port) => /^\d+\/(?!tcp$)\w+$/.test(port));
}

/** What the image exposes, and what one that is made of it by `ONBUILD EXPOSE` will. */
function exposedBy({ exposedPorts, onBuild = [] }: Exposing): string[] {
  const later = onBuild.flatMap((instruction) => {
    const [word = '', ...ports] = instruction.trim().split(/\s+/);
    return word.toUpperCase() === 'EXPOSE' ? ports : [];
  });
  return [...new Set([...exposedPorts, ...later])];
}

/** `8080` or `8080/tcp`; none for anything else. */
function tcpPort(text: string): number[] {
  const port = Number(/^(\d{1,5})(?:\/tcp)?$/.exec(text.trim())?.[1]);
  return port > 0 && port < 65_536 ? [port] : [];
}
