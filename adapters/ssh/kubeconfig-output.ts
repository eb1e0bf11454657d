import { parseDocument } from 'yaml';
import { KUBECONFIG_END } from '../../generator/deploy/authorized-key.ts';

/** Bytes; one of k3s has about 3,000. */
export const LARGEST_KUBECONFIG = 64 * 1024;

/** Takes the kubeconfig from what the droplet's command prints: all before YAML's end of the document. */
export class KubeconfigOutput {
  /** Bytes that came. */
  printed = 0;
  private readonly chunks: Buffer[] = [];

  /** @returns whether it is whole, too large, or more is to come. Nothing is kept of what comes after the end. */
  push(chunk: Buffer): 'whole' | 'too large' | 'more' {
    this.printed += chunk.length;
    if (this.printed > LARGEST_KUBECONFIG) {
      this.chunks.length = 0;
      return 'too large';
    }
    this.chunks.push(chunk);
    return this.ends().test(this.text()) ? 'whole' : 'more';
  }

  /** The kubeconfig; undefined when what came before the end is none. */
  read(): string | undefined {
    const text = this.text();
    const end = this.ends().exec(text);
    if (!end) return undefined;
    const kubeconfig = text.slice(0, end.index).trimEnd();
    const document = parseDocument(kubeconfig, { prettyErrors: false });
    if (document.errors.length > 0) return undefined;
    const config = document.toJS() as { kind?: unknown; clusters?: unknown } | null;
    return config?.kind === 'Config' && Array.isArray(config.clusters) ? `${kubeconfig}\n` : undefined;
  }

  private text(): string {
    return Buffer.concat(this.chunks).toString('utf8');
  }

  private ends(): RegExp {
    return new RegExp(`^${KUBECONFIG_END.replaceAll('.', '\\.')}\\r?$`, 'm');
  }
}
