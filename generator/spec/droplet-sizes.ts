import { nearest } from '../suggest.ts';

/** What a DigitalOcean size offers. */
export interface DropletSize {
  slug: string;
  vcpus: number;
  memoryBytes: number;
}

const GIB = 2 ** 30;

/** CPU-optimized slugs do not say their memory: 2 GiB for each vCPU. */
const CPU_OPTIMIZED = /^c2?-(\d+)(?:vcpu)?(?:-|$)/;
/** All others do: `s-2vcpu-4gb`, `s-2vcpu-4gb-amd`, `g-4vcpu-16gb`, `m-2vcpu-16gb`, `s-1vcpu-512mb-10gb`. */
const STATED = /^(?:s|g|gd|m|m3|m6|so|so1_5)-(\d+)vcpu-(\d+)(gb|mb)(?:-|$)/;

/** Basic sizes, small to large: what is proposed when something does not fit. */
export const BASIC_SIZES = [
  's-1vcpu-1gb',
  's-1vcpu-2gb',
  's-2vcpu-2gb',
  's-2vcpu-4gb',
  's-4vcpu-8gb',
  's-8vcpu-16gb',
];

/** What a slug offers, read from the slug itself; undefined for one that DigitalOcean does not have. */
export function dropletSize(slug: string): DropletSize | undefined {
  const stated = STATED.exec(slug);
  if (stated) {
    const memory = Number(stated[2]) * (stated[3] === 'gb' ? GIB : 2 ** 20);
    return { slug, vcpus: Number(stated[1]), memoryBytes: memory };
  }
  const optimized = CPU_OPTIMIZED.exec(slug);
  return optimized
    ? { slug, vcpus: Number(optimized[1]), memoryBytes: Number(optimized[1]) * 2 * GIB }
    : undefined;
}

/** The basic size whose slug is nearest. */
export function similarSize(slug: string): string | undefined {
  return nearest(slug, BASIC_SIZES);
}
