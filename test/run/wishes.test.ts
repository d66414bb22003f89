import { describe, expect, it } from 'vitest';
import { portsLeftOut, portWishes } from '../../source/run/wishes.ts';

const wished = (exposedPorts: string[], services?: string) =>
  portWishes(
    { exposedPorts, labels: services === undefined ? {} : { 'io.openshift.expose-services': services } },
    { ports: [], debugPorts: [] },
  ).map(({ container }) => container);

describe('the ports that are served', () => {
  it('are those that the user names, in that order', () => {
    const asked = [
      { container: 80, host: 3000, asked: true },
      { container: 22, host: 2222, asked: true },
    ];
    expect(portWishes({ exposedPorts: ['8080'], labels: {} }, { ports: asked, debugPorts: [] })).toEqual(asked);
  });

  it.each<[string, string[], string | undefined, number[]]>([
    ['what the image exposes by TCP, lowest first', ['9000/tcp', '53/udp', '8080'], undefined, [8080, 9000]],
    [
      'its services before that, in their order',
      ['8080/tcp', '8443/tcp', '80/tcp'],
      '8443:https,8080:http',
      [8443, 8080, 80],
    ],
    ['services that it does not expose', [], '8080:http', [8080]],
    ['nothing for a service that is no port by TCP', ['8080/tcp'], ' , http, 70000:x, 53/udp:dns, 0:zero', [8080]],
    ['services with blanks or a protocol', ['1/tcp'], ' 8080/tcp:http , 8443', [8080, 8443, 1]],
    ['nothing', [], undefined, []],
  ])('are else %s', (_name, exposed, services, expected) => {
    expect(wished(exposed, services)).toEqual(expected);
  });

  it('are also those of an image that ONBUILD instructions are yet to make', () => {
    const onBuild = ['COPY . /app', 'EXPOSE 9000 8080/tcp', ' expose 53/udp', 'EXPOSE $PORT'];
    const wishes = portWishes({ exposedPorts: ['8080'], labels: {}, onBuild }, { ports: [], debugPorts: [] });
    expect(wishes.map(({ container }) => container)).toEqual([8080, 9000]);
    expect(portsLeftOut({ exposedPorts: [], onBuild })).toEqual(['53/udp']);
  });

  it('are found at once, whatever an image has as an instruction', () => {
    const onBuild = [`EXPOSE${' '.repeat(2_000_000)}9000\nEXPOSE`];
    const [wish] = portWishes({ exposedPorts: [], labels: {}, onBuild }, { ports: [], debugPorts: [] });
    expect(wish?.container).toBe(9000);
  });

  it('are followed by those for debuggers', () => {
    const debug = { container: 9229, host: 9229, asked: true };
    const wishes = portWishes({ exposedPorts: ['8080'], labels: {} }, { ports: [], debugPorts: [debug] });
    expect(wishes).toEqual([
      { container: 8080, host: 8080, asked: false },
      { ...debug, isDebug: true },
    ]);
  });

  it('leave out what is not TCP', () => {
    expect(portsLeftOut({ exposedPorts: ['53/udp', '8080/tcp', '9000', '5000/sctp'] })).toEqual([
      '53/udp',
      '5000/sctp',
    ]);
  });
});
