/** A line of the stream that an engine sends while it pulls. */
export interface PullProgress {
  readonly status?: string;
  /** The layer; absent in lines about the whole image. */
  readonly id?: string;
  readonly error?: string;
}

/** Turns progress into lines worth reading: each layer's state once, without its thousand byte counts. */
export function describeProgress(): (progress: PullProgress) => string | undefined {
  const last = new Map<string, string>();
  return ({ id = '', status }) => {
    const text = status?.trim();
    if (!text || last.get(id) === text) return undefined;
    last.set(id, text);
    return id === '' ? text : `${id}: ${text}`;
  };
}
