import type { Exec } from '../ports/exec.ts';

/** What building an image may touch. */
export interface BuildImagePorts {
  exec: Exec;
  clock: () => Date;
  /** One line of talk: the plan, what the build says, warnings. Without control characters and secrets. */
  log: (line: string) => void;
  /** GitHub's cache, a git token and an SSH agent are used when their variables are there. */
  env: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the repository's folder: programs run in it. */
  folder: string;
  withTemporaryFile: WithTemporaryFile;
}

/** Lends a path in a folder of its own, and removes that folder afterwards. `read` gives undefined until there is a file. */
export type WithTemporaryFile = <T>(
  use: (path: string, read: () => string | undefined) => Promise<T>,
) => Promise<T>;

export interface BuildImageInput {
  /** Names; all environments when empty. */
  environments?: readonly string[] | undefined;
  /** Full commit of this repository; the one that last changed what is built unless given. A git context has its own commit. */
  revision?: string | undefined;
  /** `main`, `refs/heads/main`, `refs/tags/v1`, `refs/pull/7/merge`: for the second tag. */
  ref?: string | undefined;
  /** Where the source of a path context can be read: for the label `source`. */
  repositoryUrl?: string | undefined;
  /** Instead of those of the spec. */
  platforms?: readonly string[] | undefined;
  /** False builds without a registry; true unless given. */
  push?: boolean | undefined;
  /** `gha`: GitHub's cache, where there is one; `none` unless given. */
  cache?: CacheInput | undefined;
  /** `max` unless given, where the builder can and the image is pushed; given, the builder has to. */
  provenance?: Provenance | undefined;
  /** False leaves the bill of materials out; else there is one where the builder can and the image is pushed. */
  sbom?: boolean | undefined;
  /** Build although the registry has an image of the same source. */
  rebuild?: boolean | undefined;
  /** Write `clusters/<env>/release.yaml`; true unless given, when the image is pushed. */
  release?: boolean | undefined;
}

/** As `docker buildx build` takes them, e.g. `type=registry,ref=ghcr.io/acme/cache`. */
export type CacheInput = 'gha' | 'none' | { from?: string | undefined; to?: string | undefined };
export type Provenance = 'none' | 'min' | 'max';

export interface BuildImageOutcome {
  images: ImageOutcome[];
  releases: { environment: string; path: string; changed: boolean }[];
  /** Images of the environments that are not built here. */
  left: { environment: string; image: string; reason: string }[];
}

export interface ImageOutcome {
  repository: string;
  /** `sha256:…`; undefined when nothing was pushed. */
  digest?: string;
  tags: string[];
  /** Full commit of the source. */
  revision: string;
  environments: string[];
  /** Why nothing was built. */
  skipped?: string;
  builtWith: 'buildx' | 'docker';
  attestations: Attestations;
}

export interface Attestations {
  provenance: boolean;
  sbom: boolean;
  /** Why they are there, or not. */
  reason: string;
}
