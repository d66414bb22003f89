import { StiError } from '../../errors.ts';
import { redactUrl } from '../redact.ts';
import { assignmentBytes, encodedBytes, maxInstructionBytes, maxQueryBytes } from './changes.ts';

/** Labels of the contract. Where there are several names for one thing, the first that is present wins. */
export const labelNames = {
  scriptsUrl: ['io.openshift.s2i.scripts-url', 'io.s2i.scripts-url'],
  destination: ['io.openshift.s2i.destination', 'io.s2i.destination'],
  assembleUser: ['io.openshift.s2i.assemble-user', 'io.s2i.assemble-user'],
  assembleRuntimeUser: 'io.openshift.s2i.assemble-runtime-user',
  assembleInputFiles: 'io.openshift.s2i.assemble-input-files',
  buildPrefix: 'io.openshift.s2i.build.',
  dirty: 'io.sti.build.dirty',
  displayName: 'io.k8s.display-name',
  description: 'io.k8s.description',
} as const;

/** Where an image came from. */
export interface BuildLabelInfo {
  /** The builder image, as the user named it. */
  readonly image: string;
  readonly sourceLocation: string;
  readonly contextDir?: string | undefined;
  readonly revision?: SourceRevision | undefined;
  /** What a console of a cluster calls the application. */
  readonly displayName?: string | undefined;
  readonly description?: string | undefined;
}

interface SourceRevision {
  readonly id: string;
  readonly ref: string;
  /** `Name <mail>` */
  readonly author: string;
  readonly date: string;
  readonly message: string;
  /** What was built isn't this commit alone. */
  readonly dirty?: boolean | undefined;
}

/** The labels that say how an image was built (docs/protocol.md, "commit"); what is absent or empty has no label. */
export function buildLabels({
  image,
  sourceLocation,
  contextDir,
  revision,
  displayName,
  description,
}: BuildLabelInfo): Record<string, string> {
  const values = {
    image,
    'source-location': redactUrl(sourceLocation),
    'source-context-dir': contextDir ?? '',
    'commit.id': revision?.id ?? '',
    'commit.ref': revision?.ref ?? '',
    'commit.author': revision?.author ?? '',
    'commit.date': revision?.date ?? '',
    'commit.message': revision?.message ?? '',
  };
  const given = Object.entries(values).filter(([, value]) => value !== '');
  return {
    ...(displayName && { [labelNames.displayName]: displayName }),
    ...(description && { [labelNames.description]: description }),
    ...Object.fromEntries(given.map(([name, value]) => [labelNames.buildPrefix + name, value])),
    ...(revision?.dirty === true && { [labelNames.dirty]: 'true' }),
  };
}

/** What the labels of a built image say about how to build it again. */
export interface RebuildInfo extends Pick<BuildLabelInfo, 'image' | 'sourceLocation' | 'contextDir' | 'displayName'> {
  readonly description?: string | undefined;
  /** The commit that was built. */
  readonly commit?: string | undefined;
  readonly dirty: boolean;
}

/** Reads what {@link buildLabels} or s2i wrote; undefined when it isn't enough to build from. */
export function readBuildLabels(labels: Readonly<Record<string, string>>): RebuildInfo | undefined {
  const value = (name: string) => labels[labelNames.buildPrefix + name] || undefined;
  const image = value('image');
  const sourceLocation = value('source-location');
  if (image === undefined || sourceLocation === undefined) return undefined;
  return {
    image,
    // The password was taken out: without it, git asks whoever keeps it.
    sourceLocation: sourceLocation.replace(/:\*\*\*@/, '@'),
    contextDir: value('source-context-dir'),
    commit: value('commit.id') ?? value('commit.ref'),
    displayName: labels[labelNames.displayName],
    description: labels[labelNames.description],
    dirty: labels[labelNames.dirty] === 'true',
  };
}

/** One set of labels out of several; where a name is in more than one, the later source wins. */
export function mergeLabels(...sources: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  return Object.fromEntries(sources.flatMap((source) => Object.entries(source)));
}

/** What all labels together may take of the request line, in URL-encoded bytes; the rest is for the other instructions. */
const maxLabelsBytes = maxQueryBytes - 150_000;

/**
 * Refuses labels that would not come out the same on every engine. Measured: as JSON in a commit's body Docker takes
 * labels of 30 MB, but Podman before 4.9.3 reads only the instructions in the URL, where Docker's own parser takes
 * lines of 65,535 bytes and both engines a request line of 1 MiB (see `changes-syntax.ts`).
 * @throws StiError `labels` that names the label
 */
export function checkLabels(labels: Readonly<Record<string, string>>): void {
  const sizes = Object.entries(labels).map(([name, value]) => {
    if (name.trim() === '') throw new StiError('labels', 'a label has no name', { hint });
    const bytes = assignmentBytes('LABEL', name, value);
    if (bytes > maxInstructionBytes) {
      const message = `the label ${start(name)} is too large: its name and value take ${bytes} bytes, the limit is ${maxInstructionBytes}`;
      throw new StiError('labels', message, { hint: tooLargeHint });
    }
    return { name, bytes: encodedBytes(name) + encodedBytes(value) };
  });
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= maxLabelsBytes) return;
  const largest = sizes.reduce((one, other) => (other.bytes > one.bytes ? other : one));
  const message = `the ${sizes.length} labels take ${total} bytes together, the limit is ${maxLabelsBytes}; the largest is ${start(largest.name)}`;
  throw new StiError('labels', message, { hint: tooLargeHint });
}

const hint = 'Give every label a name: --label NAME=VALUE, or {"labels":[{"NAME":"VALUE"}]} in the metadata file.';
const tooLargeHint = 'Put long texts into a file of the image, and the path of that file into the label.';

function start(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
