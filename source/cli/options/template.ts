import { templateNames } from '../../templates/names.ts';
import { choice } from './kinds/choice.ts';
import { imageReference } from './kinds/reference.ts';
import type { Option } from './option.ts';

/** What a new builder is made of. */
export const templateOptions = {
  template: {
    names: ['--template'],
    kind: choice('NAME', templateNames),
    help: 'Start from the builder of this language',
    default: 'static',
    configuredBy: 'nobody',
  },
  from: {
    names: ['--from'],
    kind: imageReference,
    help: 'Make the builder from this image',
    otherwise: "the template's own choice",
    configuredBy: 'nobody',
  },
} as const satisfies Record<string, Option>;
