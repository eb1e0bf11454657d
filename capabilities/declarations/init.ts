import type { Declaration } from '../declaration.ts';

export const init: Declaration = {
  name: 'init',
  summary: 'Make a whole repository for an app: lunchbox.yaml, workflows, rendered manifests, README',
  details:
    'Asks for what it cannot know; --yes takes what it proposes. Everything is rendered and validated before the first\n' +
    'file is written. Files that are there are never replaced without being asked.',
  positionals: [{ name: 'dir', description: 'Folder; the current one if left out', required: false }],
  options: {
    app: { type: 'string', value: 'NAME', description: "Name of the app; the folder's if left out" },
    image: { type: 'string', value: 'REPO', description: 'Where the image is kept, e.g. ghcr.io/acme/shop' },
    domain: { type: 'string', value: 'HOST', description: 'Public host of prod, e.g. shop.example' },
    'staging-domain': {
      type: 'string',
      value: 'HOST',
      description: 'Public host of staging; staging.HOST if left out',
    },
    email: {
      type: 'string',
      value: 'ADDRESS',
      description: "For Let's Encrypt, which warns before certificates expire",
    },
    region: { type: 'string', value: 'SLUG', description: 'DigitalOcean region; fra1 if left out' },
    size: { type: 'string', value: 'SLUG', description: 'Droplet size; s-2vcpu-4gb if left out' },
    port: {
      type: 'number',
      description: "Where the app listens; the Dockerfile's EXPOSE, or 8080, if left out",
    },
    health: {
      type: 'string',
      value: 'PATH',
      description: 'Path that answers 200 when the app is well; `tcp` if left out',
    },
    context: {
      type: 'string',
      value: 'PATH|URL',
      description: 'Where the app is built: a folder here, or a git URL at a commit; `.` if left out',
    },
    branch: { type: 'string', value: 'NAME', description: 'Branch that is delivered; main if left out' },
    owner: {
      type: 'string',
      value: 'NAME',
      description: 'GitHub user or team for CODEOWNERS, e.g. @acme/ops',
    },
    actions: {
      type: 'string',
      value: 'OWNER/REPO@COMMIT',
      description: "Where Lunchbox' actions come from; the release that this command belongs to if left out",
    },
    yes: { type: 'boolean', short: 'y', description: 'Ask nothing' },
    force: { type: 'boolean', description: 'Replace files that are there' },
    'dry-run': { type: 'boolean', description: 'Say what would be written, and write nothing' },
  },
  examples: [
    { command: 'lunchbox init my-app', does: 'Asks, and makes the repository in the folder my-app' },
    {
      command: 'lunchbox init --yes --image ghcr.io/acme/shop --domain shop.example --email ops@shop.example',
      does: 'In the folder of an app that has a Dockerfile',
    },
  ],
};
