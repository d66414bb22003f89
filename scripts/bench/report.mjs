// @ts-check
import { cpus, loadavg } from 'node:os';
import { median, pairwise } from './measure.mjs';

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {string} unit
 * @property {number} median
 * @property {readonly number[]} samples
 * @property {{ to: string, by: 'ratio' | 'difference', median: number }} [compared] median of the comparisons made run by run
 * @property {number} [atMost] the target: of the comparison where there is one, else of the median
 * @property {boolean} [met]
 *
 * @typedef {{ title: string, rows: readonly Row[] }} Section
 *
 * @typedef {object} Report
 * @property {string} date
 * @property {string} machine
 * @property {string} engine
 * @property {number} runs
 * @property {{ before: string, after: string }} load
 * @property {readonly Section[]} sections
 */

/**
 * @param {string} name
 * @param {readonly number[]} samples
 * @param {object} [options]
 * @param {[name: string, samples: readonly number[]]} [options.ratioTo]
 * @param {[name: string, samples: readonly number[]]} [options.over] compare by difference
 * @param {number} [options.atMost]
 * @param {string} [options.unit] `ms`, `MB`, or what is counted
 * @returns {Row}
 */
export function row(name, samples, { ratioTo, over, atMost, unit = 'ms' } = {}) {
  const middle = median(samples);
  const compared = ratioTo
    ? comparison(samples, ratioTo, 'ratio')
    : over
      ? comparison(samples, over, 'difference')
      : undefined;
  return {
    name,
    unit,
    median: middle,
    samples,
    ...(compared && { compared }),
    ...(atMost !== undefined && { atMost, met: (compared?.median ?? middle) <= atMost }),
  };
}

/**
 * @param {readonly number[]} samples
 * @param {[name: string, samples: readonly number[]]} other
 * @param {'ratio' | 'difference'} by
 */
function comparison(samples, [to, others], by) {
  const compare =
    by === 'ratio'
      ? (/** @type {number} */ a, /** @type {number} */ b) => a / b
      : (/** @type {number} */ a, /** @type {number} */ b) => a - b;
  return { to, by, median: median(pairwise(samples, others, compare)) };
}

/** @param {Report} report */
export function formatReport({ date, machine, engine, runs, load, sections }) {
  return [
    `${date} · ${machine}`,
    `${engine} · load ${load.before} before, ${load.after} after`,
    `medians of ${runs} runs in turns; comparisons are made run by run, and are the median of these`,
    ...sections.flatMap(({ title, rows }) => ['', title, ...rows.map(formatRow)]),
  ].join('\n');
}

/** @param {Row} row */
function formatRow({ name, unit, median: middle, compared, atMost, met }) {
  const sign = compared?.by === 'ratio' ? '×' : '+';
  const versus = compared ? `${formatComparison(compared)} ${compared.to}` : '';
  const limit = compared
    ? compared.by === 'ratio'
      ? `${sign} ${atMost}`
      : `${sign} ${atMost} ms`
    : `${atMost} ${unit}`;
  const verdict = atMost === undefined ? '' : `target ≤ ${limit}: ${met ? 'met' : 'missed'}`;
  const figure = middle.toFixed(unit === 'MB' && middle < 10 ? 1 : 0);
  return `  ${name.padEnd(54)} ${figure.padStart(6)} ${unit}  ${versus.padEnd(18)}  ${verdict}`.trimEnd();
}

/** @param {{ by: 'ratio' | 'difference', median: number }} compared */
function formatComparison({ by, median: middle }) {
  return by === 'ratio' ? `× ${middle.toFixed(2)}` : `+ ${middle.toFixed(0)} ms`;
}

export function describeMachine() {
  const processors = cpus();
  return `${processors.length} × ${processors[0]?.model.trim()} · node ${process.versions.node}`;
}

export function loadAverage() {
  return (loadavg()[0] ?? 0).toFixed(1);
}
