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

  /**
   * The kubeconfig, or what is wrong with it. A droplet that somebody else has taken must not make this machine run a
   * program or send a file: of k3s' own, everything stands in it.
   */
  read(): { kubeconfig: string } | { problem: string } {
    const text = this.text();
    const end = this.ends().exec(text);
    const kubeconfig = text.slice(0, end?.index ?? 0).trimEnd();
    const document = parseDocument(kubeconfig, { prettyErrors: false });
    const config = document.errors.length > 0 ? undefined : (document.toJS() as unknown);
    if (!isObject(config) || config.kind !== 'Config' || !Array.isArray(config.clusters))
      return { problem: 'something that is no kubeconfig' };
    const key = reachingOut(config);
    return key === undefined
      ? { kubeconfig: `${kubeconfig}\n` }
      : { problem: `a kubeconfig that wants something of this machine (\`${key}\`)` };
  }

  private text(): string {
    return Buffer.concat(this.chunks).toString('utf8');
  }

  private ends(): RegExp {
    return new RegExp(`^${KUBECONFIG_END.replaceAll('.', '\\.')}\\r?$`, 'm');
  }
}

const REACHING_OUT = new Set([
  'exec',
  'auth-provider',
  'tokenFile',
  'client-certificate',
  'client-key',
  'certificate-authority',
  'proxy-url',
]);

/** The first key, at any depth, that names a program, a file or another machine. */
function reachingOut(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = REACHING_OUT.has(key) ? key : reachingOut(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
