// Of lib/uplot.iife.js, which sets this as a global.
export { default } from 'uplot';
