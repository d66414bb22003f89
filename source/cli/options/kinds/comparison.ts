import { formatRule, type HttpRequest, type IgnoreRule, isRequest, kinds, parseRule } from '../../../verify/request.ts';
import { type Kind, textOf, WrongValue } from './kind.ts';

/** `GET:/health?full` */
export const httpRequest: Kind<HttpRequest, undefined> = {
  placeholder: 'METHOD:PATH',
  expected: 'a method and a path such as GET:/health',
  schema: { type: 'string', pattern: '^[A-Za-z]+:/' },
  absent: undefined,
  parse(written) {
    const [, method = '', path = ''] = /^([A-Za-z]+):(.*)$/s.exec(written) ?? [];
    const request = { method: method.toUpperCase(), path };
    if (isRequest(request)) return request;
    throw new WrongValue();
  },
  print: ({ method, path }) => [`${method}:${path}`],
  fromJson: (json) => httpRequest.parse(textOf(json)),
};

/** `header:x-powered-by`, `file:/opt/app/cache/*`, `output` */
export const ignoreRule: Kind<IgnoreRule, undefined> = {
  placeholder: 'RULE',
  expected: `KIND or KIND:NAME, such as header:server; a kind is one of ${kinds.join(', ')}`,
  schema: { type: 'string', pattern: `^(${kinds.join('|')})(:.+)?$` },
  absent: undefined,
  parse(written) {
    const rule = parseRule(written);
    if (rule !== undefined) return rule;
    throw new WrongValue();
  },
  print: (rule) => [formatRule(rule)],
  fromJson: (json) => ignoreRule.parse(textOf(json)),
};
