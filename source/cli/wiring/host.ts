import { readFile, readlink, stat } from 'node:fs/promises';
import { hostname } from 'node:os';

/** What sti knows of the machine it runs on. */
export interface HostIdentity {
  /** Differs between machines and pid namespaces, so that a process id together with it means one process. */
  readonly identity: string;
  /** Whether files are labelled for SELinux. */
  readonly selinux: boolean;
}

export async function describeHost(): Promise<HostIdentity> {
  const [id, namespace, selinux] = await Promise.all([
    // Containers have their own pid namespace but may share the machine's id.
    readFile('/etc/machine-id', 'utf8').catch(() => ''),
    readlink('/proc/self/ns/pid').catch(() => ''),
    stat('/sys/fs/selinux/enforce').then(
      () => true,
      () => false,
    ),
  ]);
  return { identity: [id.trim(), hostname(), namespace].join(' '), selinux };
}
