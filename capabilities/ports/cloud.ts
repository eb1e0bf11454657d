import type {
  Account,
  Action,
  DnsRecord,
  Droplet,
  Firewall,
  FirewallRules,
  Image,
  Project,
  Region,
  ReservedIp,
  Size,
  SshKey,
  Tag,
  Volume,
  Vpc,
} from '../../generator/provision/resources.ts';

export interface NewDroplet {
  name: string;
  region: string;
  size: string;
  /** A slug, or the id of an image of our own. */
  image: string | number;
  /** Ids of keys that root accepts. */
  sshKeys: readonly number[];
  tags: readonly string[];
  /** One of the tags: that no other droplet has. */
  identity: string;
  userData: string;
  vpc: string;
  /** Ids of volumes to attach. */
  volumes: readonly string[];
}

/**
 * What is used of a cloud account. Every call may throw a `CloudError`. Reads and whatever does no harm twice are tried
 * again by themselves; so is what makes something, after a look whether an unanswered try has made it. Actions are not.
 */
export interface Cloud {
  account(): Promise<Account>;
  regions(): Promise<Region[]>;
  sizes(): Promise<Size[]>;

  /** How many droplets the account has. */
  countDroplets(): Promise<number>;
  dropletsTagged(tag: string): Promise<Droplet[]>;
  dropletsNamed(name: string): Promise<Droplet[]>;
  /** Undefined when there is none. */
  droplet(id: number): Promise<Droplet | undefined>;
  createDroplet(droplet: NewDroplet): Promise<Droplet>;
  /** Gone is gone, whoever did it. */
  deleteDroplet(id: number): Promise<void>;
  /** `shutdown` asks the machine; `power_off` pulls the plug. */
  powerDroplet(id: number, what: 'shutdown' | 'power_off' | 'power_on'): Promise<Action>;
  action(id: number): Promise<Action>;

  vpcs(): Promise<Vpc[]>;
  createVpc(vpc: Pick<Vpc, 'name' | 'region' | 'description'>): Promise<Vpc>;
  deleteVpc(id: string): Promise<void>;

  firewalls(): Promise<Firewall[]>;
  createFirewall(firewall: { name: string; tag: string } & FirewallRules): Promise<Firewall>;
  updateFirewall(id: string, firewall: { name: string; tag: string } & FirewallRules): Promise<void>;
  deleteFirewall(id: string): Promise<void>;

  sshKeys(): Promise<SshKey[]>;
  createSshKey(key: Omit<SshKey, 'id'>): Promise<SshKey>;
  deleteSshKey(id: number): Promise<void>;

  volumesNamed(name: string): Promise<Volume[]>;
  volume(id: string): Promise<Volume | undefined>;
  /** With an ext4 file system. */
  createVolume(volume: { name: string; region: string; gib: number; tag: string }): Promise<Volume>;
  attachVolume(volume: Pick<Volume, 'id' | 'region'>, droplet: number): Promise<Action>;
  detachVolume(volume: Pick<Volume, 'id' | 'region'>, droplet: number): Promise<Action>;
  resizeVolume(volume: Pick<Volume, 'id' | 'region'>, gib: number): Promise<Action>;
  deleteVolume(id: string): Promise<void>;

  reservedIps(): Promise<ReservedIp[]>;
  reservedIp(ip: string): Promise<ReservedIp | undefined>;
  /** Leads to that droplet: so it is known whose it is from its first moment. */
  createReservedIp(droplet: number): Promise<ReservedIp>;
  assignReservedIp(ip: string, droplet: number): Promise<Action>;
  deleteReservedIp(ip: string): Promise<void>;

  /** Names of all zones. */
  zones(): Promise<string[]>;
  /** Of one host, by its full name. */
  records(zone: string, host: string): Promise<DnsRecord[]>;
  createRecord(zone: string, record: Omit<DnsRecord, 'id'>): Promise<DnsRecord>;
  deleteRecord(zone: string, id: number): Promise<void>;

  projects(): Promise<Project[]>;
  createProject(project: Omit<Project, 'id'>): Promise<Project>;
  /** @throws CloudError 404 when there is none any more */
  describeProject(id: string, description: string): Promise<void>;
  /** @throws CloudError 412 when something is in it */
  deleteProject(id: string): Promise<void>;
  /** URNs of what is in it. */
  projectResources(id: string): Promise<string[]>;
  assignToProject(id: string, urns: readonly string[]): Promise<void>;

  /** Undefined when there is none. */
  image(slug: string | number): Promise<Image | undefined>;
  imagesTagged(tag: string): Promise<Image[]>;
  /** The cloud fetches it by itself. */
  createImage(image: { name: string; url: string; region: string; tag: string }): Promise<Image>;
  deleteImage(id: number): Promise<void>;

  /** Those of Lunchbox. */
  tags(): Promise<Tag[]>;
  createTag(name: string): Promise<void>;
  deleteTag(name: string): Promise<void>;
  tagDroplet(id: number, tag: string): Promise<void>;
  untagDroplet(id: number, tag: string): Promise<void>;
}

export type CloudCall = keyof Cloud;
