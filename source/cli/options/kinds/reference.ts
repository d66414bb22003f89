import { resolve } from 'node:path';
import { parseEngineAddress } from '../../../engine/endpoint/address.ts';
import { formatUserRanges, parseUserRanges, type UserRange } from '../../../protocol/allowed-users.ts';
import {
  formatReference,
  type ImageReference,
  parseImageReference,
  parseOutputReference,
  WrongReference,
} from '../../../protocol/image/reference.ts';
import { formatScriptsUrl, parseScriptsUrl, type ScriptUrl } from '../../../protocol/script-places.ts';
import { isTemplateName, templateNames } from '../../../templates/names.ts';
import { type Kind, textOf, WrongValue } from './kind.ts';

/** An image that is there already. */
export const imageReference = referenceKind(
  'IMAGE',
  'an image reference such as nodejs-20:latest',
  parseImageReference,
);

/** The name that an image is to get. */
export const outputReference = referenceKind('TAG', 'an image reference such as my-app:latest', parseOutputReference);

function referenceKind(
  placeholder: string,
  expected: string,
  read: (text: string) => ImageReference,
): Kind<ImageReference, undefined> {
  const parse = (written: string): ImageReference => {
    try {
      return read(written);
    } catch (error) {
      throw error instanceof WrongReference ? new WrongValue(error.message) : error;
    }
  };
  return {
    placeholder,
    expected,
    schema: { type: 'string', minLength: 1 },
    absent: undefined,
    parse,
    print: (reference) => [formatReference(reference)],
    fromJson: (json) => parse(textOf(json)),
  };
}

/** Who may run something. */
export const userRanges: Kind<readonly UserRange[], undefined> = {
  placeholder: 'UIDS',
  expected: 'numbers of users such as 1- or 1000-1999,5000',
  schema: { type: 'string', pattern: '^[\\d,\\s-]+$' },
  absent: undefined,
  parse(written) {
    const ranges = parseUserRanges(written);
    if (ranges !== undefined) return ranges;
    throw new WrongValue();
  },
  print: (ranges) => [formatUserRanges(ranges)],
  fromJson: (json) => userRanges.parse(textOf(json)),
};

/** A URL of the web. */
export const webUrl = urlKind('an http or https URL', '^[hH][tT][tT][pP][sS]?://', (text) =>
  URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) ? text : undefined,
);

/** Where a container engine listens. */
export const engineAddress = urlKind(
  'the address of an engine such as unix:///run/docker.sock, tcp://host:2375 or ssh://host',
  '.',
  (text) => (parseEngineAddress(text) === undefined ? undefined : text),
);

function urlKind(
  expected: string,
  pattern: string,
  read: (text: string) => string | undefined,
): Kind<string, undefined> {
  const parse = (written: string): string => {
    const url = read(written);
    if (url !== undefined) return url;
    throw new WrongValue();
  };
  return {
    placeholder: 'URL',
    expected,
    schema: { type: 'string', pattern },
    absent: undefined,
    parse,
    print: (url) => [url],
    fromJson: (json) => parse(textOf(json)),
  };
}

/** A folder of scripts: of this machine, of the web, or in the builder image. */
export const scriptsUrl: Kind<ScriptUrl, undefined> = {
  placeholder: 'URL',
  expected: `an http, https, file or image URL such as file:///scripts, or template:NAME for one of ${templateNames.join(', ')}`,
  schema: {
    type: 'string',
    pattern: `^\\s*(([hH][tT][tT][pP][sS]?|[fF][iI][lL][eE]|[iI][mM][aA][gG][eE])://|template:(${templateNames.join('|')})\\s*$)`,
  },
  absent: undefined,
  parse(written) {
    const url = parseScriptsUrl(written);
    const isKnown = url?.scheme !== 'template' || isTemplateName(url.url.slice('template:'.length));
    if (url !== undefined && isKnown) return url;
    throw new WrongValue();
  },
  print: (url) => [formatScriptsUrl(url)],
  fromJson: (json) => scriptsUrl.parse(textOf(json)),
  relativeTo(folder, value) {
    const [, path] = value.scheme === 'file' ? (/^file:\/\/(?!\/)(.+)$/.exec(value.url) ?? []) : [];
    return path === undefined ? value : { scheme: 'file', url: `file://${resolve(folder, path)}` };
  },
};
