import { html } from './lib/preact.js';
import { counted, figure, interval, number, percent } from './format.js';

/** A figure and its interval on a scale from 0 to 1. @param {{value: number, interval: any}} props */
export function IntervalBar({ value, interval: range }) {
  const at = (share) => Math.round(share * 1000) / 10;
  return html`
    <svg class="interval" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <line x1="0" x2="100" y1="4" y2="4" class="interval-scale" />
      <line x1=${at(range.low)} x2=${at(range.high)} y1="4" y2="4" class="interval-range" />
      <line x1=${at(value)} x2=${at(value)} y1="0" y2="8" class="interval-value" />
    </svg>`;
}

/**
 * A table that scrolls by itself if it is wide, by keys too.
 * @param {{name: string, children?: any}} props
 */
export function Scroller({ name, children }) {
  return html`<div class="scroller" role="region" aria-label=${name} tabindex="0">${children}</div>`;
}

const share = (each) => html`${each.value.toFixed(2)}${each.interval && html`
  <span class="faint"> (${each.interval.low.toFixed(2)}–${each.interval.high.toFixed(2)})</span>`}`;

/** @param {{labels: any[]}} props the least F1 first */
export function LabelTable({ labels }) {
  const champion = labels.some((label) => label.champion_f1 !== null);
  return html`
    <${Scroller} name="Figures by label">
      <table>
        <thead><tr><th scope="col">Label</th><th scope="col">Pictures</th><th scope="col">F1</th>
          ${champion && html`<th scope="col">Before</th>`}
          <th scope="col">Precision</th><th scope="col">Recall</th></tr></thead>
        <tbody>${labels.map((label) => html`
          <tr key=${label.label}>
            <th scope="row">${label.label}</th><td>${number(label.support)}</td>
            <td>${share(label.f1)}</td>
            ${champion && html`<td>${label.champion_f1 === null ? '–' : label.champion_f1.toFixed(2)}</td>`}
            <td>${share(label.precision)}</td><td>${share(label.recall)}</td>
          </tr>`)}</tbody>
      </table>
    <//>`;
}

/** @param {{metrics: any}} props rows are truths, columns predictions */
export function ConfusionMatrix({ metrics }) {
  const labels = metrics.labels.map((each) => each.label);
  if (metrics.confusion.length === 0) {
    return html`<p class="faint">Not recorded with more than 100 labels.</p>`;
  }
  return html`
    <p class="faint">Rows are the labels that people gave, columns those that the version predicted.</p>
    <${Scroller} name="Confusion matrix">
      <table class="confusion">
        <thead><tr><td></td>${labels.map((label) => html`<th scope="col" key=${label}>${label}</th>`)}</tr></thead>
        <tbody>${metrics.confusion.map((row, i) => {
          const all = row.reduce((sum, count) => sum + count, 0);
          return html`
            <tr key=${labels[i]}><th scope="row">${labels[i]}</th>
              ${row.map((count, j) => html`
                <td key=${j} class=${i === j ? 'right' : 'wrong'}
                  style=${{ '--share': all > 0 ? count / all : 0 }}
                  title=${`${labels[i]} taken for ${labels[j]}: ${count} of ${all}`}>${count || '·'}</td>`)}
            </tr>`;
        })}</tbody>
      </table>
    <//>`;
}

const SIDE = 200;

/** @param {{calibration: any}} props null in the record of an older release */
export function ReliabilityCurve({ calibration }) {
  if (!calibration) {
    return html`<p class="faint">Not recorded by the release that trained it.</p>`;
  }
  const { bins, error, temperature, thresholds } = calibration;
  const most = Math.max(1, ...bins.map((bin) => bin.examples));
  const x = (bin) => (bin.confidence * SIDE).toFixed(1);
  const y = (bin) => ((1 - bin.accuracy) * SIDE).toFixed(1);
  return html`
    <div class="reliability">
      <figure>
        <svg viewBox="-30 -6 242 236" role="img"
          aria-label=${`Reliability curve; expected calibration error ${figure(error)}`}>
          <rect class="plot" width=${SIDE} height=${SIDE} />
          <line class="ideal" x1="0" y1=${SIDE} x2=${SIDE} y2="0" />
          <polyline class="curve" points=${bins.map((bin) => `${x(bin)},${y(bin)}`).join(' ')} />
          ${bins.map((bin) => html`
            <circle class="bin" key=${bin.confidence} cx=${x(bin)} cy=${y(bin)}
              r=${(2 + 4 * Math.sqrt(bin.examples / most)).toFixed(1)} />`)}
          <text x="-4" y="6" text-anchor="end">1</text><text x="-4" y=${SIDE} text-anchor="end">0</text>
          <text x=${SIDE} y=${SIDE + 14} text-anchor="end">1</text>
          <text x=${SIDE / 2} y=${SIDE + 26} text-anchor="middle">confidence</text>
          <text transform=${`translate(-14 ${SIDE / 2}) rotate(-90)`} text-anchor="middle">share correct</text>
        </svg>
        <figcaption class="faint">Expected calibration error ${figure(error)},
          ${' '}temperature ${temperature.toFixed(2)}; larger dots stand for more pictures</figcaption>
      </figure>
      ${thresholds.length > 0 && html`
        <${Scroller} name="Effect of thresholds">
          <table>
            <caption>With serving.threshold</caption>
            <thead><tr><th scope="col">Threshold</th><th scope="col">Answered</th>
              <th scope="col">Correct</th></tr></thead>
            <tbody>${thresholds.map((each) => html`
              <tr key=${each.confidence}><th scope="row">${each.confidence}</th>
                <td>${percent(each.answered)}</td>
                <td>${each.accuracy === null ? '–' : percent(each.accuracy)}</td></tr>`)}</tbody>
          </table>
        <//>`}
    </div>`;
}

/** A figure of this version and of the one that served. */
export function Compared({ name, value, range, before, beforeRange, examples }) {
  return html`
    <div class="figure">
      <dt>${name}</dt>
      <dd>
        <span class="figure-value">${figure(value)}</span>
        <${IntervalBar} value=${value} interval=${range} />
        <span class="figure-note">${interval(range)} (95 %), ${counted(examples, 'picture')}</span>
        ${before !== undefined && html`
          <span class="figure-note">served before: ${figure(before)} (${interval(beforeRange)})</span>`}
      </dd>
    </div>`;
}
