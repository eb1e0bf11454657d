import type { Cloud } from '../../capabilities/ports/cloud.ts';
import type { Client } from './client.ts';
import { number, slug, tagName, uuid } from './ids.ts';
import * as modules from './modules.ts';
import { toAction, toDroplet } from './resources.ts';

type Calls =
  | 'countDroplets'
  | 'dropletsTagged'
  | 'dropletsNamed'
  | 'droplet'
  | 'createDroplet'
  | 'deleteDroplet'
  | 'powerDroplet'
  | 'action'
  | 'tagDroplet'
  | 'untagDroplet';

export function dropletCalls({
  context,
  safe,
  optional,
  once,
  make,
  remove,
  all,
}: Client): Pick<Cloud, Calls> {
  const { httpClient } = context;
  const tagged = (tag: string) => {
    const tag_name = tagName(tag);
    return all(
      'dropletsTagged',
      'droplets',
      (page) => modules.droplet.listDroplets(context)({ ...page, tag_name: decodeURIComponent(tag_name) }),
      toDroplet,
    );
  };
  const resources = (id: number) => [{ resource_id: String(number(id)), resource_type: 'droplet' as const }];
  return {
    async countDroplets() {
      const { meta } = await safe('countDroplets', () =>
        modules.droplet.listDroplets(context)({ page: 1, per_page: 1 }),
      );
      return Number((meta as { total?: unknown } | undefined)?.total ?? 0);
    },
    dropletsTagged: tagged,
    // The wrapper drops the filter by name.
    dropletsNamed: (name) =>
      all(
        'dropletsNamed',
        'droplets',
        (page) => httpClient.get('/droplets', { params: { ...page, name } }),
        toDroplet,
      ),
    async droplet(id) {
      const answer = await optional('droplet', () =>
        modules.droplet.getDroplet(context)({ droplet_id: number(id) }),
      );
      return answer && toDroplet(answer.droplet);
    },
    createDroplet({ name, region, size, image, sshKeys, tags, identity, userData, vpc, volumes }) {
      const request = {
        name,
        region: slug(region),
        size: slug(size),
        image: typeof image === 'number' ? number(image) : slug(image),
        ssh_keys: sshKeys.map(number),
        tags: tags.map((tag) => decodeURIComponent(tagName(tag))),
        user_data: userData,
        vpc_uuid: uuid(vpc),
        volumes: volumes.map(uuid),
        // Images of one's own cannot have it. Source: DigitalOcean, limits of custom images.
        ipv6: typeof image === 'string',
        monitoring: false,
        with_droplet_agent: false,
      };
      return make(
        'createDroplet',
        () => modules.droplet.createDroplet(context)(request),
        ({ droplet }) => toDroplet(droplet),
        async () => (await tagged(identity))[0],
      );
    },
    deleteDroplet: (id) =>
      remove('deleteDroplet', () => modules.droplet.deleteDroplet(context)({ droplet_id: number(id) })),
    async powerDroplet(id, what) {
      const does = {
        shutdown: modules.droplet.shutdownDroplet,
        power_off: modules.droplet.powerOffDroplet,
        power_on: modules.droplet.powerOnDroplet,
      }[what];
      const { action } = await once('powerDroplet', () => does(context)({ droplet_id: number(id) }));
      return toAction(action);
    },
    async action(id) {
      const { action } = await safe('action', () =>
        modules.action.getAction(context)({ action_id: number(id) }),
      );
      return toAction(action);
    },
    async tagDroplet(id, tag) {
      const tag_name = tagName(tag);
      await safe('tagDroplet', () =>
        modules.tag.tagResources(context)({ tag_name, resources: resources(id) }),
      );
    },
    untagDroplet: (id, tag) => {
      const tag_name = tagName(tag);
      return remove('untagDroplet', () =>
        modules.tag.untagResources(context)({ tag_name, resources: resources(id) }),
      );
    },
  };
}
