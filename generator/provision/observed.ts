import type {
  Account,
  DnsRecord,
  Droplet,
  Firewall,
  Image,
  Project,
  Region,
  ReservedIp,
  Size,
  SshKey,
  Tag,
  Volume,
  Vpc,
} from './resources.ts';

/** What an account holds of an environment, and what stands in its way. */
export interface Observed {
  account: Account;
  sizes: readonly Size[];
  regions: readonly Region[];
  /** Droplets with the environment's tag. */
  droplets: readonly Droplet[];
  /** Droplets of its name without it. */
  namesakes: readonly Droplet[];
  /** Of the whole account. */
  dropletCount: number;
  project: Project | undefined;
  /** Somebody provisions it now, or was cut short. */
  locked: boolean;
  /** URNs of what is in the project. */
  inProject: readonly string[];
  vpc: Vpc | undefined;
  firewall: Firewall | undefined;
  keys: readonly SshKey[];
  volume: Volume | undefined;
  reservedIps: readonly ReservedIp[];
  /** Zones of the account. */
  zones: readonly string[];
  /** Public host -> its A, AAAA and CNAME records, where its zone is in the account. */
  records: ReadonlyMap<string, readonly DnsRecord[]>;
  /** The image to make a droplet from; undefined when there is none. */
  image: Image | undefined;
  /** Images with the environment's tag. */
  ownImages: readonly Image[];
  /** Lunchbox' own. */
  tags: readonly Tag[];
}
