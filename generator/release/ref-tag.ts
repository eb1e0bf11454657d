const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/**
 * The tag of a branch, a git tag or a pull request (`pr-7`): what a registry does not allow becomes `-`.
 * Undefined when nothing is left, or when it would pass for the tag of a revision.
 */
export function refTag(ref: string): string | undefined {
  const pull = /^refs\/pull\/([0-9]+)\//.exec(ref);
  if (pull) return `pr-${pull[1]}`;
  const tag = ref
    .replace(/^refs\/(?:heads|tags|remotes)\//, '')
    .replace(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 128)
    .replace(/[-.]+$/, '');
  return TAG.test(tag) && !/^sha-[0-9a-f]{12}$/.test(tag) ? tag : undefined;
}
