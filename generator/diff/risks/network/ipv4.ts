/** Whether one IPv4 range holds all of another; false for anything that is no IPv4 range. */
export function ipv4Contains(wide: string, narrow: string): boolean {
  const [outer, inner] = [parse(wide), parse(narrow)];
  if (!outer || !inner || outer.bits > inner.bits) return false;
  const mask = outer.bits === 0 ? 0 : (0xffffffff << (32 - outer.bits)) >>> 0;
  return (outer.address & mask) >>> 0 === (inner.address & mask) >>> 0;
}

function parse(cidr: string): { address: number; bits: number } | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  if (!match) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = match.slice(1).map(Number);
  if (Math.max(a, b, c, d) > 255 || bits > 32) return undefined;
  return { address: ((a << 24) | (b << 16) | (c << 8) | d) >>> 0, bits };
}
