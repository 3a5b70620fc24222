// Of lib/uplot.js, which is uPlot's uPlot.esm.js.
export { default } from 'uplot';
