export { refTag } from '../../generator/release/ref-tag.ts';

/** Of the revision; what a skipped build is found by. */
export const revisionTag = (revision: string) => `sha-${revision.slice(0, 12)}`;
