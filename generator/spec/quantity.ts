const SUFFIXES: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** Bytes (or cores) that a Kubernetes quantity such as `512Mi`, `1.5Gi`, `250m` or `1e3` means. @throws RangeError */
export function bytesOf(quantity: string): number {
  const match = /^([0-9]*\.?[0-9]+|[0-9]+\.)(?:[eE]([+-]?[0-9]+)|([a-zA-Z]{1,2}))?$/.exec(quantity);
  const factor =
    match?.[2] === undefined ? (match?.[3] === undefined ? 1 : SUFFIXES[match[3]]) : 10 ** Number(match[2]);
  if (!match?.[1] || factor === undefined) throw new RangeError(`not a quantity: ${quantity}`);
  return Number(match[1]) * factor;
}
