import type { RiskContext, RiskHit, RiskRule } from '../../risk.ts';
import { hit } from '../hit.ts';
import { comingPods, containerPairs } from '../pods.ts';
import { isRemoved, treesOf } from '../trees.ts';
import { changedCharts } from './charts.ts';
import { parseImage, shortImage, shortVersion } from './reference.ts';
import { imagesOf, type UsedImage } from './used.ts';

export const image: RiskRule = {
  risk: 'image',
  summary: 'Other code runs, or code that nobody pinned',
  why: 'The image is the program: nothing of its change is to be seen here. A digest is always the same bytes; a tag may be moved under your feet, and a rollback may bring the new version. Take images from registries that you know, by digest.',
  *check(context) {
    if (isRemoved(context)) return;
    yield* changedImages(context);
    yield* changedCharts(context);
  },
};

function* changedImages(context: RiskContext): Iterable<RiskHit> {
  const trees = treesOf(context);
  const all = trees.before.podTemplates.flatMap(imagesOf);
  const known = new Set(all.map(({ reference }) => parseImage(reference).registry));
  for (const { change, before, after } of comingPods(context)) {
    const renamed = new Map(
      containerPairs(before, after).flatMap(({ before: old, after: now }) =>
        old && now ? [[JSON.stringify([...now.path, 'image']), JSON.stringify([...old.path, 'image'])]] : [],
      ),
    );
    const old = new Map<string, UsedImage>();
    for (const each of before ? imagesOf(before) : []) {
      old.set(JSON.stringify(each.at), each);
      old.set(each.label, each);
    }
    for (const now of imagesOf(after)) {
      const was = old.get(renamed.get(JSON.stringify(now.at)) ?? '') ?? old.get(now.label);
      if (was?.reference === now.reference) continue;
      for (const message of judged(was, now, known))
        yield hit(change, { before: was?.at, after: now.at }, message);
    }
  }
}

function* judged(was: UsedImage | undefined, now: UsedImage, known: ReadonlySet<string>): Iterable<string> {
  const next = parseImage(now.reference);
  const old = was && parseImage(was.reference);
  const sameSource = old?.registry === next.registry && old.repository === next.repository;
  // The same bytes, whatever their tag is called.
  if (sameSource && next.digest !== undefined && old.digest === next.digest) return;
  if (old)
    yield sameSource
      ? `${now.label} runs ${shortVersion(next)} of ${next.repository} instead of ${shortVersion(old)}`
      : `${now.label} runs ${shortImage(next)} instead of ${shortImage(old)}`;
  if (next.digest === undefined) {
    const lost = old?.digest === undefined ? '' : ', no longer by digest';
    yield next.tag === undefined || next.tag === 'latest'
      ? `${now.label} runs the latest ${next.repository}${lost}: whatever that is when a pod starts`
      : `${now.label} runs ${next.repository} by its tag ${next.tag}${lost}: a tag can be moved`;
  }
  if (known.size > 0 && !known.has(next.registry))
    yield `${now.label} takes its image from ${next.registry}, from which nothing came before`;
}
