export interface RunOptions<Event> {
  /** Hears everything that happens, without its secrets. A returned promise is waited for. */
  readonly onEvent?: ((event: Event) => void | Promise<void>) | undefined;
  /** Its abort ends the work; what was made for it is removed first. */
  readonly signal?: AbortSignal | undefined;
}
