/*
 * What DigitalOcean's basic sizes cost: US dollars a month, list prices without taxes, as its size list and pricing page
 * gave them in September 2026. Prices change; a plan of `lunchbox provision` asks the account itself.
 */

const REGULAR: Readonly<Record<string, number>> = {
  's-1vcpu-512mb-10gb': 4,
  's-1vcpu-1gb': 6,
  's-1vcpu-2gb': 12,
  's-2vcpu-2gb': 18,
  's-2vcpu-4gb': 24,
  's-4vcpu-8gb': 48,
  's-8vcpu-16gb': 96,
};
/** The same sizes on newer processors. */
const PREMIUM: Readonly<Record<string, number>> = {
  's-1vcpu-1gb': 7,
  's-1vcpu-2gb': 14,
  's-2vcpu-2gb': 21,
  's-2vcpu-4gb': 28,
  's-4vcpu-8gb': 56,
  's-8vcpu-16gb': 112,
};

/** US dollars a month; undefined for a size whose price is not known here. */
export function monthlyPrice(size: string): number | undefined {
  const [, premium] = /^(.*)-(?:amd|intel)$/.exec(size) ?? [];
  if (premium === undefined) return Object.hasOwn(REGULAR, size) ? REGULAR[size] : undefined;
  return Object.hasOwn(PREMIUM, premium) ? PREMIUM[premium] : undefined;
}
