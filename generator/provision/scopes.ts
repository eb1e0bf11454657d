/**
 * What a token must be allowed, by the call that needs it. Source: DigitalOcean's API reference, `security` of each
 * operation, and "Requires … scope" of the fields that are read.
 */
const SCOPES = {
  account: ['account:read'],
  regions: ['regions:read'],
  sizes: ['sizes:read'],
  countDroplets: ['droplet:read'],
  dropletsTagged: ['droplet:read', 'tag:read'],
  dropletsNamed: ['droplet:read', 'tag:read'],
  droplet: ['droplet:read', 'tag:read'],
  createDroplet: [
    'droplet:create',
    'tag:create',
    'ssh_key:read',
    'vpc:read',
    'block_storage:read',
    'image:read',
  ],
  deleteDroplet: ['droplet:delete'],
  powerDroplet: ['droplet:update'],
  action: ['actions:read'],
  vpcs: ['vpc:read'],
  createVpc: ['vpc:create'],
  deleteVpc: ['vpc:delete'],
  firewalls: ['firewall:read', 'tag:read'],
  createFirewall: ['firewall:create'],
  updateFirewall: ['firewall:update'],
  deleteFirewall: ['firewall:delete'],
  sshKeys: ['ssh_key:read'],
  createSshKey: ['ssh_key:create'],
  deleteSshKey: ['ssh_key:delete'],
  volumesNamed: ['block_storage:read'],
  volume: ['block_storage:read'],
  createVolume: ['block_storage:create'],
  attachVolume: ['block_storage_action:create'],
  detachVolume: ['block_storage_action:create'],
  resizeVolume: ['block_storage_action:create'],
  deleteVolume: ['block_storage:delete'],
  reservedIps: ['reserved_ip:read'],
  reservedIp: ['reserved_ip:read'],
  createReservedIp: ['reserved_ip:create'],
  assignReservedIp: ['reserved_ip:update'],
  deleteReservedIp: ['reserved_ip:delete'],
  zones: ['domain:read'],
  records: ['domain:read'],
  createRecord: ['domain:create', 'domain:update'],
  deleteRecord: ['domain:delete', 'domain:update'],
  projects: ['project:read'],
  createProject: ['project:create'],
  describeProject: ['project:update'],
  deleteProject: ['project:delete'],
  projectResources: ['project:read'],
  assignToProject: ['project:update'],
  image: ['image:read'],
  imagesTagged: ['image:read'],
  createImage: ['image:create', 'tag:create'],
  deleteImage: ['image:delete'],
  tags: ['tag:read'],
  createTag: ['tag:create'],
  deleteTag: ['tag:delete'],
  tagDroplet: ['tag:create', 'droplet:update'],
  untagDroplet: ['tag:delete', 'droplet:update'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type ScopedCall = keyof typeof SCOPES;

/** Everything that provisioning may need, in the order of the control panel: by name. */
export const NEEDED_SCOPES: readonly string[] = [...new Set(Object.values(SCOPES).flat())].sort();

/** What these calls need, once each. */
export function scopesOf(calls: readonly ScopedCall[]): string[] {
  return [...new Set(calls.flatMap((call) => SCOPES[call]))].sort();
}
