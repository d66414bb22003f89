import { inject } from 'vitest';

/** The engine that the tests run on. */
export const engineAddress: string = inject('engineAddress');
