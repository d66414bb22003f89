import { formatBytes } from '../../terminal/units.ts';
import type { RequestRecord } from '../proxy/record.ts';
import { shortDuration } from './select.ts';

/** Requests that waited so long say so; milliseconds. */
const worthSaying = 10;

/** `GET  /style.css           200    1 ms  4.0 kB` */
export function describeRequest(request: RequestRecord): string {
  const { method, path, status, ms, bytes } = request;
  const what = `${method.padEnd(4)} ${path.padEnd(20)}`;
  return `${what} ${status ?? '---'} ${shortDuration(ms).padStart(7)} ${formatBytes(bytes).padStart(7)}${describeWait(request)}`;
}

/** That it waited for a switch, or that nobody but sti answered. */
function describeWait({ waitedMs, version, status }: RequestRecord): string {
  if (status === null) return '  broken off';
  if (version === null) return '  answered by sti';
  return waitedMs < worthSaying ? '' : `  waited ${shortDuration(waitedMs)}`;
}
