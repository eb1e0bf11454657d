import { at, isMapping, mapping, text } from '../../../fields.ts';
import type { Json, JsonObject } from '../../../manifest.ts';
import { chartValues } from '../../../validate/capacity/charts.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { same } from '../compare.ts';
import { hit } from '../hit.ts';
import { comingOf } from '../pairs.ts';
import { shown } from '../words.ts';

/** Values of charts whose last part says that they name an image. */
const IMAGE = /(?:^|[.\]])(?:image|images|tag|digest|repository|registry|imageTag|imageName)$/i;
const PRIVATE = /pass|token|secret|credential|key/i;

/** A chart is a set of images that stand in no file here. */
export function* changedCharts(context: RiskContext): Iterable<RiskHit> {
  for (const { change, before, after } of comingOf(context, 'HelmChart', 'HelmChartConfig')) {
    const spec = (data: JsonObject | undefined) => mapping(at(data, 'spec'));
    const [old, now] = [spec(before?.data), spec(after.data)];
    if (before) {
      for (const field of ['chart', 'repo', 'version'] as const) {
        // A login within the address changes nothing of what it leads to.
        if (safe(old[field]) === safe(now[field])) continue;
        yield hit(
          change,
          ['spec', field],
          `${field === 'chart' ? 'the chart' : `${field} of the chart`} ${safe(old[field])} -> ${safe(now[field])}: it brings other images and objects, which stand in no file here`,
        );
      }
      if (!same(old.chartContent, now.chartContent))
        yield hit(
          change,
          ['spec', 'chartContent'],
          'the chart itself is another one: it brings other images and objects',
        );
      const [values, newValues] = [imageValues(old, before), imageValues(now, after)];
      for (const name of new Set([...values.keys(), ...newValues.keys()])) {
        const [was, is] = [values.get(name), newValues.get(name)];
        if (was !== is) yield hit(change, ['spec'], `${name} of the chart ${shown(was)} -> ${shown(is)}`);
      }
    }
    const remote = now.chart !== undefined && now.version === undefined && now.chartContent === undefined;
    const floats = remote && !/\.tgz$/.test(text(now.chart) ?? '');
    if (floats && (!before || old.version !== undefined))
      yield hit(change, ['spec', 'chart'], 'the chart has no version: whatever is newest is installed');
  }
}

/** Settings that name images, wherever they stand. */
function imageValues(spec: JsonObject, manifest: Parameters<typeof chartValues>[0]): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (value: Json | undefined, name: string): void => {
    if (Array.isArray(value)) for (const [index, item] of value.entries()) visit(item, `${name}[${index}]`);
    else if (isMapping(value)) {
      for (const [key, item] of Object.entries(value)) visit(item, name === '' ? key : `${name}.${key}`);
    } else if (value !== undefined && IMAGE.test(name) && !PRIVATE.test(name)) found.set(name, String(value));
  };
  visit(chartValues(manifest), '');
  for (const [key, value] of Object.entries(mapping(spec.set))) visit(value, key);
  return found;
}

/** An address may carry a login. */
function safe(value: Json | undefined): string {
  return shown(value).replace(/\/\/[^/@]*@/, '//');
}
