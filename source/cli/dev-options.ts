import type { DevOptions } from '../dev/dev.ts';
import type { PortWish } from '../dev/ports.ts';
import { StiError } from '../errors.ts';
import { given } from './build-request.ts';
import { optionSwitch, optionValue, optionValues, type ParsedOptions } from './command.ts';
import { parseDuration } from './duration.ts';
import { longName, type OptionName } from './options.ts';

/** @throws StiError `usage` */
export function readDevOptions(options: ParsedOptions): DevOptions {
  const debounce = optionValue(options, 'debounce');
  return {
    standbys: readCount(options, 'standbys', 2),
    quietTime: readTime(options, 'quietTime', 1_000),
    switchTimeout: readTime(options, 'switchTimeout', 10_000),
    readyTimeout: readTime(options, 'readyTimeout', 60_000),
    ...(debounce !== undefined && { debounce: readTime(options, 'debounce', 0) }),
    poll: optionSwitch(options, 'poll') === true,
    host: optionValue(options, 'host') ?? '127.0.0.1',
    ports: readPorts(optionValues(options, 'port')),
    ...given('readyPath', optionValue(options, 'readyPath')),
    once: optionSwitch(options, 'once') === true,
    keepImages: optionSwitch(options, 'keepImages') === true,
  };
}

/** Memory for the dashboard's log, bytes; undefined when the command line doesn't say. */
export function readLogBytes(options: ParsedOptions): number | undefined {
  return options.has('logMemory') ? readCount(options, 'logMemory', 32, 4096) * 1024 * 1024 : undefined;
}

/** How many applications may assemble at a time; undefined when the command line doesn't say. */
export function readJobs(options: ParsedOptions): number | undefined {
  return options.has('jobs') ? readCount(options, 'jobs', 1, 999) : undefined;
}

function readPorts(texts: readonly string[]): PortWish[] {
  const ports = texts.map(readPort);
  const twice = ports.find(({ host }, index) => ports.findIndex((other) => other.host === host) < index);
  if (twice === undefined) return ports;
  throw new StiError('usage', `port ${twice.host} of this machine is asked for twice`, {
    hint: 'Give each --port a port of this machine of its own, as HOST:CONTAINER.',
  });
}

/** `8080`, or `HOST:CONTAINER`. */
function readPort(text: string): PortWish {
  const match = /^(?:(\d+):)?(\d+)$/.exec(text);
  const container = Number(match?.[2]);
  const host = Number(match?.[1] ?? match?.[2]);
  if (match !== null && isPort(container) && isPort(host)) return { container, host, asked: true };
  throw new StiError('usage', `--port can't be ${text}: it is not a port, nor HOST:CONTAINER`, {
    hint: 'Write it as --port 3000:8080, the port of this machine first.',
  });
}

function isPort(port: number): boolean {
  return port > 0 && port < 65_536;
}

function readTime(options: ParsedOptions, name: OptionName, fallback: number): number {
  const text = optionValue(options, name);
  if (text === undefined) return fallback;
  const time = parseDuration(text);
  if (time !== undefined) return time;
  throw new StiError('usage', `${longName(name)} can't be ${text}: it is not a time`, {
    hint: 'Write it as 50ms or 2s.',
  });
}

function readCount(options: ParsedOptions, name: OptionName, fallback: number, most = 9): number {
  const text = optionValue(options, name);
  if (text === undefined) return fallback;
  if (/^[1-9]\d{0,2}$/.test(text) && Number(text) <= most) return Number(text);
  throw new StiError('usage', `${longName(name)} can't be ${text}: it is not a number from 1 to ${most}`);
}
