import { parseAllDocuments, stringify } from 'yaml';
import { fixture } from './findings.ts';

type Value = string | number | boolean | object;
type Tree = Record<string, unknown>;

const CLEAN = parseAllDocuments(fixture('environment.yaml')).map((document) => document.toJS() as Tree);

/** The clean environment as objects, to be broken. A name or a path that is not there is an error: no mutation may do nothing. */
export class Environment {
  readonly objects: Tree[] = structuredClone(CLEAN);

  get(name: string): Tree {
    const found = this.objects.find(
      ({ kind, metadata }) => `${kind}/${(metadata as Tree | undefined)?.name}` === name,
    );
    if (!found) throw new Error(`the environment has no ${name}`);
    return found;
  }

  value(name: string, path: string): unknown {
    const { parent, key } = this.walk(name, path);
    return parent[key];
  }

  /** Replaces, or adds, a field; all but the last step of the path are there. */
  set(name: string, path: string, value: Value): this {
    const { parent, key } = this.walk(name, path);
    parent[key] = value;
    return this;
  }

  /** Removes a field, an item of a list, or a whole object. */
  drop(name: string, path?: string): this {
    if (path === undefined) {
      this.objects.splice(this.objects.indexOf(this.get(name)), 1);
      return this;
    }
    const { parent, key } = this.walk(name, path);
    if (!(key in parent)) throw new Error(`${name} has no ${path}`);
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else delete parent[key];
    return this;
  }

  add(object: object): this {
    this.objects.push(structuredClone(object) as Tree);
    return this;
  }

  /** Adds a changed copy of an object. */
  copy(name: string, change: (copy: Tree) => unknown): this {
    const copy = structuredClone(this.get(name));
    change(copy);
    return this.add(copy);
  }

  text(): string {
    return this.objects
      .map((object) => stringify(object, { lineWidth: 0, version: '1.1', compat: 'core' }))
      .join('---\n');
  }

  /** Path: keys and indexes with `/` between them; a `/` in a key is written `~1`, as in JSON pointers. */
  private walk(name: string, path: string): { parent: Tree; key: string } {
    const steps = path.split('/').map((step) => step.replaceAll('~1', '/'));
    const key = steps.pop() ?? '';
    let parent: Tree = this.get(name);
    for (const step of steps) {
      const next = parent[step];
      if (typeof next !== 'object' || next === null) throw new Error(`${name} has no ${path}`);
      parent = next as Tree;
    }
    return { parent, key };
  }
}
