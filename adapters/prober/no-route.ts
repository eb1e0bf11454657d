import type { IncomingMessage } from 'node:http';

/**
 * Whether an answer is Traefik's own 404 for a host or path without a route. It is that of Go's own library, which an app
 * written in Go gives as well, byte for byte. But what Traefik hands on from an app it writes with all headers in
 * alphabetical order, while to an answer of its own Go's server adds `Date` and `Content-Length` behind what the handler has
 * set (go/src/net/http/server.go, `chunkWriter.writeHeader`).
 */
export function isNoRoute({ statusCode, headers, rawHeaders }: IncomingMessage): boolean {
  const alike =
    statusCode === 404 &&
    headers['content-length'] === '19' &&
    headers['x-content-type-options'] === 'nosniff' &&
    /^text\/plain/i.test(headers['content-type'] ?? '');
  if (!alike) return false;
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  const [set, date, length] = ['x-content-type-options', 'date', 'content-length'].map((name) =>
    names.indexOf(name),
  ) as [number, number, number];
  return set < date && date < length;
}
