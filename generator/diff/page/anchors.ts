/** Id of the element that shows a group of changes. */
export function anchorOf(group: number): string {
  return `change-${group + 1}`;
}

/** Id of the element that is about an environment; names may hold what ids may not, so it goes by position. */
export function environmentAnchor(index: number): string {
  return `environment-${index + 1}`;
}
