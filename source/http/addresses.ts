import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/** What an address leads to: a cloud's metadata service and other link-local ones, this machine, or some other host. */
export type AddressKind = 'link-local' | 'own' | 'other';

/** Networks in which a cloud tells its machines their secrets. Not all of them are link-local. */
const linkLocal4 = [
  ['169.254.0.0', 16],
  // Alibaba's, Azure's, Oracle's
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['192.0.0.192', 32],
] as const;
const linkLocal6 = [
  ['fe80::', 10],
  // Amazon's, Google's
  ['fd00:ec2::', 32],
  ['fd20:ce::', 32],
] as const;

const linkLocal = new BlockList();
for (const [network, bits] of linkLocal4) addIPv4(linkLocal, network, bits);
for (const [network, bits] of linkLocal6) linkLocal.addSubnet(network, bits, 'ipv6');

const loopback = new BlockList();
// Linux connects to itself for the unspecified address.
addIPv4(loopback, '127.0.0.0', 8);
addIPv4(loopback, '0.0.0.0', 8);
loopback.addAddress('::', 'ipv6');
loopback.addAddress('::1', 'ipv6');

/**
 * @param address an IPv4 or IPv6 address as a resolver or a URL's host has it
 * @param own this machine's other addresses
 */
export function addressKind(address: string, own = interfaceAddresses()): AddressKind {
  const plain = withoutDecoration(address);
  const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4';
  if (linkLocal.check(plain, family)) return 'link-local';
  if (loopback.check(plain, family)) return 'own';
  const interfaces = new BlockList();
  for (const one of own) {
    const ours = withoutDecoration(one);
    if (isIP(ours) === 6) interfaces.addAddress(ours, 'ipv6');
    else addIPv4(interfaces, ours, 32);
  }
  return interfaces.check(plain, family) ? 'own' : 'other';
}

function interfaceAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address));
}

/** `[fe80::1%eth0]` → `fe80::1` */
function withoutDecoration(address: string): string {
  return address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
}

/**
 * An IPv4 network also as IPv6 writes it: IPv4-compatible, NAT64 (well-known and local-use prefix) and 6to4. IPv4-mapped
 * addresses a BlockList knows by itself.
 */
function addIPv4(list: BlockList, network: string, bits: number): void {
  list.addSubnet(network, bits, 'ipv4');
  const [a = 0, b = 0, c = 0, d = 0] = network.split('.').map(Number);
  const words = `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  for (const prefix of ['::', '64:ff9b::', '64:ff9b:1::']) list.addSubnet(`${prefix}${words}`, 96 + bits, 'ipv6');
  list.addSubnet(`2002:${words}::`, 16 + bits, 'ipv6');
}
