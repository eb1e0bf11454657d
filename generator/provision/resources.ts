/* What a cloud account holds, in our own words. Sizes in GiB, money in US dollars a month. */

export type DropletStatus = 'new' | 'active' | 'off' | 'archive';

/** An address of a droplet. */
export interface Network {
  family: 4 | 6;
  kind: 'public' | 'private';
  address: string;
  /** Bits of the network. */
  prefix: number;
  gateway: string | undefined;
}

export interface Droplet {
  id: number;
  name: string;
  status: DropletStatus;
  /** Something is being done to it: other actions are refused. */
  locked: boolean;
  region: string;
  size: string;
  vpc: string | undefined;
  tags: readonly string[];
  /** Ids of attached volumes. */
  volumes: readonly string[];
  networks: readonly Network[];
}

/** Something that takes a while. */
export interface Action {
  id: number;
  status: 'in-progress' | 'completed' | 'errored';
  type: string;
}

/** A private network. */
export interface Vpc {
  id: string;
  name: string;
  region: string;
  description: string;
  /** That of its region: the first one there, which cannot be deleted. */
  isDefault: boolean;
}

export interface FirewallRule {
  protocol: 'tcp' | 'udp' | 'icmp';
  /** `22`, `8000-9000`, or `0` for all. */
  ports: string;
  addresses: readonly string[];
}

export interface FirewallRules {
  inbound: readonly FirewallRule[];
  outbound: readonly FirewallRule[];
}

export interface Firewall extends FirewallRules {
  id: string;
  name: string;
  /** Droplets with one of these tags are behind it. */
  tags: readonly string[];
  /** Droplets that were put behind it one by one. */
  droplets: readonly number[];
  /** A rule names something else than addresses: droplets, tags or load balancers. */
  otherTargets: boolean;
}

export interface SshKey {
  id: number;
  name: string;
  /** As OpenSSH writes it. */
  publicKey: string;
}

export interface Volume {
  id: string;
  name: string;
  region: string;
  gib: number;
  tags: readonly string[];
  /** The droplet that it is attached to. */
  droplet: number | undefined;
}

export interface ReservedIp {
  ip: string;
  region: string;
  /** The droplet that it leads to. */
  droplet: number | undefined;
  locked: boolean;
}

export interface Project {
  id: string;
  name: string;
  description: string;
}

export interface DnsRecord {
  id: number;
  type: string;
  /** Below its zone; `@` for the zone itself. */
  name: string;
  data: string;
}

export interface Image {
  id: number;
  slug: string | undefined;
  name: string;
  /** `available` when droplets can be made from it. */
  status: string;
  /** Why it could not be imported. */
  error: string;
  regions: readonly string[];
  /** What it takes in storage; 0 until it has been fetched. */
  gib: number;
  /** GB of disk that a droplet needs for it. */
  minDisk: number;
}

export interface Size {
  slug: string;
  monthly: number;
  /** GB. */
  disk: number;
  available: boolean;
  regions: readonly string[];
}

export interface Region {
  slug: string;
  available: boolean;
  /** `storage`: it has volumes. */
  features: readonly string[];
}

export interface Account {
  status: string;
  message: string;
  dropletLimit: number;
  reservedIpLimit: number;
}

export interface Tag {
  name: string;
  /** How many things have it. */
  count: number;
}
