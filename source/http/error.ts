/** Why a request failed, as the rest of a sentence about its URL: `no answer within 30 s`. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
}

/** Of what a connection or its TLS broke with; several addresses that all failed are an error without words of its own. */
export function toHttpError(thrown: unknown): HttpError {
  if (thrown instanceof HttpError) return thrown;
  return new HttpError(reasonOf(thrown), { cause: thrown });
}

function reasonOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.message === '') return thrown.errors.map(reasonOf).join(', ');
  if (!(thrown instanceof Error)) return String(thrown);
  if (thrown.cause instanceof Error) return `${thrown.message}: ${reasonOf(thrown.cause)}`;
  return thrown.message;
}
