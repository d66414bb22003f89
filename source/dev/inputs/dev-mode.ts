import type { ImageConfig } from '../../engine/engine.ts';

/** A builder's variable for applications that take up changed files by themselves, and its default: `DEV_MODE:false`. */
const label = 'com.redhat.dev-mode';

/** `NAME=VALUE` that sets it; none where the builder has none. */
export function devMode({ labels }: Pick<ImageConfig, 'labels'>): string[] {
  const [, name] = /^([A-Za-z_]\w*)(?::|$)/.exec(labels[label] ?? '') ?? [];
  return name === undefined ? [] : [`${name}=true`];
}
