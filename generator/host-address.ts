/** Closely enough: at least two colons, which no `HOST:PORT` has. */
const IPV6 = /^(?=[^:]*:[^:]*:)[0-9A-Fa-f:]+(?:\d+\.\d+\.\d+\.\d+)?$/;

/** An IPv4 or IPv6 address without brackets, or a host name; never an option of a program. */
export function isHostAddress(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > 253) return false;
  return /^[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(value) || IPV6.test(value);
}

export function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65535;
}

export function isUserName(value: unknown): value is string {
  return typeof value === 'string' && /^[a-z_][a-z0-9_-]{0,31}$/.test(value);
}

/** A host as it is connected to: an IPv6 address stands in brackets in addresses, and nowhere else. */
export function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}
