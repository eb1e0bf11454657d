import type { Asked } from './http.ts';

const RESOURCES: Record<string, string> = {
  droplets: 'droplet',
  volumes: 'block_storage',
  images: 'image',
  reserved_ips: 'reserved_ip',
  firewalls: 'firewall',
  vpcs: 'vpc',
  domains: 'domain',
  projects: 'project',
  tags: 'tag',
  actions: 'actions',
  sizes: 'sizes',
  regions: 'regions',
  account: 'account',
};

/** The scope that a request needs. Source: API reference, `security` of each operation. */
export function scopeOf({ method, parts }: Asked): string {
  const [what = '', first, second] = parts;
  const verb =
    { GET: 'read', POST: 'create', PUT: 'update', PATCH: 'update', DELETE: 'delete' }[method] ?? 'read';
  if (what === 'account' && first === 'keys') return `ssh_key:${verb}`;
  if (what === 'volumes' && second === 'actions') return 'block_storage_action:create';
  if (second === 'actions' && method === 'POST') return `${RESOURCES[what]}:update`;
  if (what === 'projects' && second === 'resources' && method === 'POST') return 'project:update';
  return `${RESOURCES[what] ?? what}:${verb}`;
}
