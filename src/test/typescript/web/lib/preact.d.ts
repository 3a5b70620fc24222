// Of lib/preact.js, which is htm's preact/standalone.module.js.
import type { VNode } from 'preact';

export * from 'preact';
export * from 'preact/hooks';

/** A tag of templates; components' properties in them are not checked. */
export function html(strings: TemplateStringsArray, ...values: any[]): VNode;
