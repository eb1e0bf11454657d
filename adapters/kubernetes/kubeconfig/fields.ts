import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UserError } from '../../../generator/errors.ts';
import type { Section } from './sections.ts';

/** A text, and the key that it stands under. */
export interface Text {
  key: string;
  text: string;
}

/** The fields of one cluster or user; what is wrong with one is told with file, context and name. */
export class Fields {
  private readonly section: Section;
  /** `user \`me\` of context \`shop\`` */
  private readonly subject: string;

  constructor(section: Section, kind: 'cluster' | 'user', context: string) {
    this.section = section;
    this.subject = `${kind} \`${section.name}\` of context \`${context}\``;
  }

  /** @throws UserError */
  fail(message: string, remedy: string): never {
    throw new UserError({ message: `${this.section.file}: ${this.subject}: ${message}`, remedy });
  }

  value(key: string): unknown {
    return this.section.entry[key] ?? undefined;
  }

  /** An empty text says as little as none. */
  text(key: string): string | undefined {
    const value = this.value(key);
    if (value === undefined || value === '') return undefined;
    if (typeof value !== 'string') return this.fail(`\`${key}\` is not text`, 'Put it in quotes.');
    return value;
  }

  /** A path that this file names, seen from its own folder. */
  path(key: string): string | undefined {
    const path = this.text(key);
    return path === undefined ? undefined : this.resolve(path);
  }

  resolve(path: string): string {
    return resolve(dirname(this.section.file), path);
  }

  /** The text of a file that this one names. */
  read(key: string): string | undefined {
    const path = this.path(key);
    if (path === undefined) return undefined;
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return this.fail(
        `the file of \`${key}\` cannot be read: ${this.text(key)}`,
        'Bring it back, or write the kubeconfig anew.',
      );
    }
  }

  /** What stands here in base64 (`KEY-data`), else the text of the file that is named (`KEY`). */
  data(key: string): Text | undefined {
    const dataKey = `${key}-data`;
    const data = this.text(dataKey)?.replace(/[\r\n]/g, '');
    if (data !== undefined) {
      if (!BASE64.test(data))
        this.fail(`\`${dataKey}\` is not base64`, 'It was cut or edited: take a new kubeconfig.');
      return { key: dataKey, text: Buffer.from(data, 'base64').toString('utf8') };
    }
    const text = this.read(key);
    return text === undefined ? undefined : { key, text };
  }
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
