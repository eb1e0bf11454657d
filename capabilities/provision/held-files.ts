import type { FileChanges, Files } from '../../generator/files.ts';

/**
 * Files whose changes nobody else sees before they are let go: what is found out about a droplet that is to take over must
 * not be in the repository while another one serves. A run that is killed has then written nothing.
 */
export class HeldFiles implements Files {
  private readonly files: Files;
  /** Path -> text; undefined for one that is to be removed. */
  private readonly held = new Map<string, string | undefined>();

  constructor(files: Files) {
    this.files = files;
  }

  read(path: string): string | undefined {
    return this.held.has(path) ? this.held.get(path) : this.files.read(path);
  }

  list(folder: string): string[] {
    const paths = new Set(this.files.list(folder));
    for (const [path, text] of this.held) {
      if (text === undefined) paths.delete(path);
      else if (path.startsWith(`${folder}/`)) paths.add(path);
    }
    return [...paths].sort();
  }

  apply({ write, remove }: FileChanges): void {
    for (const [path, text] of write) this.held.set(path, text);
    for (const path of remove) this.held.set(path, undefined);
  }

  /** What is held, sorted. */
  get paths(): string[] {
    return [...this.held.keys()].sort();
  }

  /** Writes what is held. @returns its paths */
  release(): string[] {
    const paths = this.paths;
    if (paths.length === 0) return [];
    const write = new Map(
      [...this.held].flatMap(([path, text]) => (text === undefined ? [] : [[path, text]])),
    );
    this.files.apply({ write, remove: paths.filter((path) => this.held.get(path) === undefined) });
    this.held.clear();
    return paths;
  }
}
