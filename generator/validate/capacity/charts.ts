import { load } from 'js-yaml';
import { at, text } from '../../fields.ts';
import type { Json, Manifest } from '../../manifest.ts';
import { expandsTooFar } from '../alias-expansion.ts';

/** Pods that a chart installs with its default values, where they are more than one. */
const PODS: Readonly<Record<string, number>> = {
  // Controller, webhook and cainjector.
  'cert-manager': 3,
};

/** How many pods a HelmChart or HelmChartConfig stands for, as far as is known. */
export function podsOfChart({ identity, data }: Manifest): number {
  const chart =
    text(at(data, 'spec', 'chart'))
      ?.split('/')
      .at(-1) ?? identity.name;
  return Object.hasOwn(PODS, chart) ? (PODS[chart] ?? 1) : 1;
}

/** `spec.valuesContent`, parsed; undefined where there is none, or none that can be read. */
export function chartValues(manifest: Manifest): Json | undefined {
  const content = text(at(manifest.data, 'spec', 'valuesContent')) ?? '';
  try {
    const values = load(content) as Json | undefined;
    return expandsTooFar(content, values) ? undefined : values;
  } catch {
    // The chart's own installation will say so.
    return undefined;
  }
}
