const LONGEST = 253;

/**
 * Why `name` cannot be a key of a Kubernetes Secret, which every item is; undefined when it can.
 * Source: `IsConfigMapKey` of k8s.io/apimachinery. The text never repeats the name, which may be a value in the wrong place.
 */
export function itemNameFault(name: string): string | undefined {
  if (name === '') return 'the name is empty';
  if (name.length > LONGEST) return `the name is longer than ${LONGEST} characters`;
  if (!/^[-._a-zA-Z0-9]+$/.test(name))
    return 'the name has a character other than letters, digits, `-`, `_` and `.`';
  if (name === '.' || name.startsWith('..')) return 'the name is `.` or begins with `..`';
  return undefined;
}

/** Lower-case letters, digits and `-`: what a namespace, and an environment, may be called. */
export function isDnsLabel(name: string): boolean {
  return name.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name);
}

/** What a Secret may be called: DNS labels joined by `.`. */
export function isSecretName(name: string): boolean {
  return (
    name.length <= LONGEST && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name)
  );
}
