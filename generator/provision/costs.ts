import type { Size } from './resources.ts';

/* US dollars a month without taxes. What a size costs is asked of the account; these the API does not tell. */

/** Of a GiB of block storage. Source: DigitalOcean's price list. */
const VOLUME_GIB = 0.1;
/** Of a reserved address that leads nowhere; one that leads to a droplet is free. Source: DigitalOcean's price list. */
export const IDLE_ADDRESS = 5;
/** Of a GiB of an image of one's own. Source: DigitalOcean's price list. */
export const IMAGE_GIB = 0.06;

/** Undefined for a size that the account does not know. */
export function dropletCost(size: string, sizes: readonly Size[]): number | undefined {
  return sizes.find(({ slug }) => slug === size)?.monthly;
}

export function volumeCost(gib: number): number {
  return gib * VOLUME_GIB;
}

export function imageCost({ gib }: { gib: number }): number {
  return gib * IMAGE_GIB;
}

/** `$25.00` */
export function dollars(amount: number): string {
  return `$${Math.abs(amount).toFixed(2)}`;
}

/** `+$25.00`, `-$1.00`, `±$0.00` */
export function dollarChange(amount: number): string {
  const cents = Math.round(amount * 100);
  return `${cents > 0 ? '+' : cents < 0 ? '-' : '±'}${dollars(amount)}`;
}
