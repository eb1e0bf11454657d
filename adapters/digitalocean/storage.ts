import type { Cloud } from '../../capabilities/ports/cloud.ts';
import type { Client } from './client.ts';
import { number, slug, uuid } from './ids.ts';
import * as modules from './modules.ts';
import { toAction, toImage, toVolume } from './resources.ts';

type Calls =
  | 'volumesNamed'
  | 'volume'
  | 'createVolume'
  | 'attachVolume'
  | 'detachVolume'
  | 'resizeVolume'
  | 'deleteVolume'
  | 'image'
  | 'imagesTagged'
  | 'createImage'
  | 'deleteImage';

export function storageCalls(client: Client): Pick<Cloud, Calls> {
  const { context, optional, once, make, remove, all } = client;
  const volumesNamed = (name: string) =>
    all(
      'volumesNamed',
      'volumes',
      (page) => modules.volume.listVolumes(context)({ name, ...page }),
      toVolume,
    );
  const imagesTagged = (tag_name: string) =>
    all(
      'imagesTagged',
      'images',
      (page) => modules.image.listImages(context)({ ...page, tag_name, user_images: true }),
      toImage,
    );
  return {
    volumesNamed,
    async volume(id) {
      const answer = await optional('volume', () =>
        modules.volume.getVolume(context)({ volume_id: uuid(id) }),
      );
      return answer && toVolume(answer.volume);
    },
    createVolume({ name, region, gib, tag }) {
      const request = {
        name,
        region: slug(region),
        size_gigabytes: gib,
        filesystem_type: 'ext4',
        tags: [tag],
      };
      return make(
        'createVolume',
        () => modules.volume.createVolume(context)(request),
        ({ volume }) => toVolume(volume),
        async () =>
          (await volumesNamed(name)).find((each) => each.region === region && each.tags.includes(tag)),
      );
    },
    async attachVolume({ id, region }, droplet) {
      const request = { volume_id: uuid(id), region: slug(region), droplet_id: number(droplet) };
      const { action } = await once('attachVolume', () =>
        modules.volume.attachVolumeToDroplet(context)(request),
      );
      return toAction(action);
    },
    async detachVolume({ id, region }, droplet) {
      const request = { volume_id: uuid(id), region: slug(region), droplet_id: number(droplet) };
      const { action } = await once('detachVolume', () =>
        modules.volume.detachVolumeFromDroplet(context)(request),
      );
      return toAction(action);
    },
    async resizeVolume({ id, region }, gib) {
      const request = { volume_id: uuid(id), region: slug(region), size_gigabytes: gib };
      const { action } = await once('resizeVolume', () => modules.volume.resizeVolume(context)(request));
      return toAction(action);
    },
    deleteVolume: (id) =>
      remove('deleteVolume', () => modules.volume.deleteVolume(context)({ volume_id: uuid(id) })),

    async image(which) {
      const request = typeof which === 'number' ? { image_id: number(which) } : { slug: slug(which) };
      const answer = await optional('image', () => modules.image.getImage(context)(request));
      return answer && toImage(answer.image);
    },
    imagesTagged,
    createImage({ name, url, region, tag }) {
      const request = { name, url, region: slug(region), distribution: 'Unknown', tags: [tag] };
      return make(
        'createImage',
        () => modules.image.createCustomImage(context)(request),
        ({ image }) => toImage(image),
        async () => (await imagesTagged(tag)).find((each) => each.name === name),
      );
    },
    deleteImage: (id) =>
      remove('deleteImage', () => modules.image.deleteImage(context)({ image_id: number(id) })),
  };
}
