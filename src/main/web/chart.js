import { html, useEffect, useRef } from './lib/preact.js';
import { number } from './format.js';

const SECONDS = 300;

/**
 * By a script of its own, in index.html: minified, it is no module.
 * @type {typeof import('./lib/uplot.iife.js').default}
 */
const uPlot = /** @type {any} */ (globalThis).uPlot;

/** @param {string} name of a custom property in page.css */
const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function plot(element, data) {
  const axis = { stroke: color('--faint'), font: '12px system-ui', ticks: { show: false } };
  return new uPlot({
    width: element.clientWidth,
    height: element.clientHeight,
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: true }, y: { range: (u, low, high) => [0, Math.max(1, high * 1.15)] } },
    axes: [
      { ...axis, grid: { show: false }, size: 22, gap: 4, space: 60, incrs: [60, 120, 300],
        values: (u, splits) => splits.map((at) => new Date(at * 1000).toTimeString().slice(0, 5)) },
      { ...axis, size: 34, gap: 4, space: 28, grid: { stroke: color('--line'), width: 1 },
        values: (u, splits) => splits.map((value) => number(value)) },
    ],
    series: [{}, { stroke: color('--accent'), width: 1.5, fill: color('--accent-tint'),
      points: { show: false } }],
  }, data, element);
}

/**
 * Images a second over the last five minutes.
 * @param {{points: {at: number, images: number}[]}} props the oldest first; seconds since 1970
 */
export function RateChart({ points }) {
  const element = useRef(/** @type {HTMLElement | null} */ (null));
  const chart = useRef(/** @type {any} */ (null));
  const end = points.length > 0 ? points[points.length - 1].at : Date.now() / 1000;
  const data = [points.map((p) => p.at), points.map((p) => p.images)];
  const latest = useRef(data);
  latest.current = data;

  useEffect(() => {
    const draw = () => {
      chart.current?.destroy();
      chart.current = plot(element.current, latest.current);
    };
    const resized = new ResizeObserver(([entry]) => {
      const { width, height } = entry.contentRect;
      chart.current?.setSize({ width, height });
    });
    const dark = matchMedia('(prefers-color-scheme: dark)');
    draw();
    resized.observe(/** @type {HTMLElement} */ (element.current));
    dark.addEventListener('change', draw);
    return () => {
      dark.removeEventListener('change', draw);
      resized.disconnect();
      chart.current?.destroy();
    };
  }, []);
  useEffect(() => {
    chart.current?.setData(data, false);
    chart.current?.setScale('x', { min: end - SECONDS, max: end });
  }, [end, points.length]);

  const most = points.reduce((high, p) => Math.max(high, p.images), 0);
  return html`<div class="chart" ref=${element} role="img"
    aria-label=${`Images a second over the last five minutes, at most ${number(most)}`}></div>`;
}
