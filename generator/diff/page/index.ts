import type { ObjectChange } from '../change.ts';
import type { Review } from '../review.ts';

// Placeholder until the page is written here.
export function reviewPage(_review: Review, _diffOf: (change: ObjectChange) => string): string {
  return '';
}
