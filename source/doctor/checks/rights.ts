import { type Facts, isReached } from '../facts.ts';
import { type Finding, findingsOf } from '../finding.ts';

const loopback = /^tcp:\/\/(127\.|localhost[:/]|\[::1\])/;

/** Who may use the engine, and with it be root on its machine. */
export function checkRights({ engine, self }: Facts): Finding[] {
  if (!isReached(engine)) return [];
  const { ok, warn } = findingsOf('rights');
  const { about, socket } = engine;
  if (socket === undefined) {
    const open = about.address.startsWith('tcp://') && !about.secure && !loopback.test(about.address);
    if (!open) return [ok('this user may use the engine')];
    return [
      warn(
        `${about.address} has no TLS: whoever can reach it is root on that machine`,
        'Use TLS (DOCKER_TLS_VERIFY, DOCKER_CERT_PATH) or ssh://.',
      ),
    ];
  }
  if (Number.parseInt(socket.mode, 8) & 0o002) {
    return [
      warn(
        `every user of this machine may use ${about.socketPath} (mode ${socket.mode}), and become root by it`,
        `Remove that right: chmod o-rw ${about.socketPath}.`,
      ),
    ];
  }
  const why = self.uid === 0 ? 'it is root' : socket.uid === self.uid ? 'it owns the socket' : `of group ${socket.gid}`;
  return [ok(`this user may use ${about.socketPath} (mode ${socket.mode}): ${why}`)];
}
