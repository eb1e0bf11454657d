import type { ActionSource } from './workflows/workflow.ts';

/** Everything that a new repository is made of. */
export interface Answers {
  /** Name of the app: lower case, digits and dashes. */
  app: string;
  /** Where the image is kept, without tag, e.g. `ghcr.io/acme/shop`. */
  image: string;
  /** Folder with the app's Dockerfile, or a git URL at a commit. */
  context: string;
  /** Public hosts. */
  hosts: { staging: string; prod: string };
  /** For Let's Encrypt. */
  email: string;
  region: string;
  size: string;
  /** Where the app listens. */
  port: number;
  /** Path that answers 200 when the app is well, or `tcp`. */
  health: string;
  /** Branch that is delivered. */
  branch: string;
  /** GitHub user or team that reviews, e.g. `@acme/ops`; undefined leaves CODEOWNERS out. */
  owner?: string | undefined;
  actions: Extract<ActionSource, { kind: 'release' }>;
}

/** Registry of an image, as `docker login` takes it. */
export function registryOf(image: string): string {
  const [first = ''] = image.split('/');
  return image.includes('/') && /[.:]|^localhost$/.test(first) ? first : 'docker.io';
}
