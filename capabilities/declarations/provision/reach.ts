import type { Option } from '../../declaration.ts';

export { ENVIRONMENT } from '../deploy/reach.ts';

/** Where a droplet's system comes from: options of whatever plans one. */
export const IMAGE: Readonly<Record<string, Option>> = {
  'from-image': {
    type: 'string',
    value: 'URL',
    description:
      "Boot from the flake's image, which DigitalOcean fetches from there, instead of converting an Ubuntu",
  },
  'image-version': {
    type: 'string',
    value: 'TEXT',
    needs: 'from-image',
    description: 'With --from-image: what tells this image from an earlier one at the same address',
  },
};

/** What else a plan may replace. */
export const REPLACE: Readonly<Record<string, Option>> = {
  replace: {
    type: 'boolean',
    description:
      'Also replace a droplet that serves users because its user-data, or whether it has a volume, has changed',
  },
};

export const TOKEN = 'The token comes from DIGITALOCEAN_TOKEN.';
