import { type HostKey, hostKeyFrom, keyOfTag, keyTag } from '../../generator/provision/user-data/host-key.ts';
import type { Cloud } from '../ports/cloud.ts';

/**
 * The public host keys that a droplet may show. They stand in its tags, so that another run on another machine can go on
 * without trusting whoever answers: who may write tags may make droplets as well.
 */
export class HostKeys {
  known: readonly string[];
  private readonly cloud: Pick<Cloud, 'droplet' | 'tagDroplet' | 'untagDroplet' | 'createTag'>;
  /** Of this run; it stands in the user-data of the droplet that is made. */
  private readonly own: HostKey | undefined;

  constructor(known: readonly string[], cloud: HostKeys['cloud'], own?: HostKey) {
    this.known = known;
    this.cloud = cloud;
    this.own = own;
  }

  /** @param seed 32 bytes that nobody can guess */
  static fresh(seed: Uint8Array, cloud: HostKeys['cloud']): HostKeys {
    const own = hostKeyFrom(seed);
    return new HostKeys([own.publicKey], cloud, own);
  }

  get first(): HostKey {
    if (!this.own) throw new Error('this run has made no host key');
    return this.own;
  }

  get tags(): string[] {
    return this.known.map(keyTag);
  }

  /** From now on the droplet may show these and no others. What is new is kept before what is old is forgotten. */
  async pin(droplet: number, publicKeys: readonly string[]): Promise<void> {
    const tags = publicKeys.map(keyTag);
    const there = (await this.cloud.droplet(droplet))?.tags ?? [];
    for (const tag of tags) {
      if (there.includes(tag)) continue;
      await this.cloud.createTag(tag);
      await this.cloud.tagDroplet(droplet, tag);
    }
    this.known = publicKeys;
    for (const tag of there)
      if (keyOfTag(tag) !== undefined && !tags.includes(tag)) await this.cloud.untagDroplet(droplet, tag);
  }
}
