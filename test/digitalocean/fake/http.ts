import { randomUUID } from 'node:crypto';

export interface Asked {
  method: string;
  /** Parts of the path below `/v2`, decoded. */
  parts: readonly string[];
  query: URLSearchParams;
  body: Record<string, unknown>;
}

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: unknown): Answer => ({ status: 201, body });
export const accepted = (body: unknown): Answer => ({ status: 202, body });
export const noContent: Answer = { status: 204 };
export const notFound = (): Answer =>
  refuse(404, 'not_found', 'The resource you requested could not be found.');
export const invalid = (message: string): Answer => refuse(422, 'unprocessable_entity', message);
export const conflict = (message: string): Answer => refuse(409, 'conflict', message);
export const pending = (): Answer => invalid('Droplet already has a pending event.');

export function refuse(status: number, id: string, message: string): Answer {
  return { status, body: { id, message, request_id: randomUUID() } };
}

/** One page of a list, with links to the others. Source: API reference, "Links & Pagination". */
export function page(key: string, all: readonly unknown[], { query, parts }: Asked, base: string): Answer {
  const perPage = Math.min(200, Math.max(1, Number(query.get('per_page') ?? 20) || 20));
  const number = Math.max(1, Number(query.get('page') ?? 1) || 1);
  const last = Math.max(1, Math.ceil(all.length / perPage));
  const link = (to: number) => {
    const params = new URLSearchParams(query);
    params.set('page', String(to));
    return `${base}/${parts.map(encodeURIComponent).join('/')}?${params}`;
  };
  const pages = {
    ...(number > 1 ? { first: link(1), prev: link(number - 1) } : {}),
    ...(number < last ? { next: link(number + 1), last: link(last) } : {}),
  };
  return ok({
    [key]: all.slice((number - 1) * perPage, number * perPage),
    links: Object.keys(pages).length > 0 ? { pages } : {},
    meta: { total: all.length },
  });
}

export function textIn(body: Record<string, unknown>, key: string): string {
  const value = body[key];
  return typeof value === 'string' ? value : '';
}

export function textsIn(body: Record<string, unknown>, key: string): string[] {
  const value = body[key];
  return Array.isArray(value) ? value.map(String) : [];
}

/** Source: API reference, Tags. */
export function isTag(name: string): boolean {
  return /^[a-zA-Z0-9_\-:]{1,255}$/.test(name);
}
