import { sep } from 'node:path';
import type { Access, ExecPlugin } from '../kubeconfig.ts';
import type { Fields } from './fields.ts';
import { readImpersonation } from './impersonation.ts';
import { checkIdentity } from './pem.ts';
import { isEntry } from './sections.ts';

type Identity = Pick<Access, 'certificate' | 'key' | 'token' | 'tokenFile' | 'exec' | 'impersonation'>;

/** As whom a cluster is asked: never as nobody. @throws UserError, which never holds a credential */
export function readUser(fields: Fields): Identity {
  const certificate = fields.data('client-certificate');
  // Without a certificate a key says nothing.
  const key = certificate && fields.data('client-key');
  // As kubectl has it: a file may be written anew, so it is believed before what stands here.
  const token = (fields.read('tokenFile') ?? fields.text('token'))?.trim() || undefined;
  if (token !== undefined && !TOKEN.test(token))
    fields.fail(
      'its token holds blanks or other signs that no token has',
      'It was cut or edited: log in again.',
    );
  const exec = execOf(fields);
  const isKnown = token !== undefined || exec !== undefined;
  if (certificate !== undefined) {
    if (key === undefined)
      return fields.fail(
        `there is a \`${certificate.key}\`, and no key`,
        'Add `client-key` or `client-key-data`.',
      );
    checkIdentity(certificate, key, !isKnown, fields);
  } else if (!isKnown) refuseNobody(fields);
  return {
    certificate: certificate?.text,
    key: key?.text,
    token,
    tokenFile: fields.path('tokenFile'),
    exec,
    impersonation: readImpersonation(fields),
  };
}

/** What a header can carry. */
const TOKEN = /^[\x21-\x7e]+$/;

/** What Kubernetes does not read any more would make every request one of a stranger. */
function refuseNobody(fields: Fields): never {
  if (fields.value('auth-provider') !== undefined) {
    const provider = fields.value('auth-provider');
    const name = isEntry(provider) ? String(provider.name) : '';
    fields.fail(
      `its \`auth-provider\`${name && ` (${name})`} is not supported: plugins have taken its place`,
      PROVIDERS[name] ?? 'Use an `exec` plugin, such as kubelogin for OpenID Connect, or a token.',
    );
  }
  if (fields.value('username') !== undefined || fields.value('password') !== undefined)
    fields.fail(
      'its `username` and `password` say nothing to Kubernetes, which took names and passwords out in 1.19',
      'Use a token, a client certificate or an `exec` plugin.',
    );
  fields.fail(
    'it does not say who asks',
    'Log in to the cluster again, or use a kubeconfig with a token, a client certificate or an `exec` plugin.',
  );
}

const PROVIDERS: Readonly<Record<string, string>> = {
  gcp: 'Install gke-gcloud-auth-plugin, and run `gcloud container clusters get-credentials` again.',
  azure: 'Install kubelogin, and run `kubelogin convert-kubeconfig`.',
};

function execOf(fields: Fields): ExecPlugin | undefined {
  const exec = fields.value('exec');
  if (!isEntry(exec)) return undefined;
  const command = typeof exec.command === 'string' ? exec.command : '';
  if (command === '') fields.fail('its `exec` has no `command`', 'Log in to the cluster again.');
  const env = Array.isArray(exec.env) ? exec.env.filter(isEntry) : [];
  return {
    apiVersion: String(exec.apiVersion ?? 'client.authentication.k8s.io/v1'),
    // A name is looked for on the PATH; a path is one that this file names.
    command: command.includes(sep) ? fields.resolve(command) : command,
    args: Array.isArray(exec.args) ? exec.args.map(String) : [],
    env: Object.fromEntries(env.map(({ name, value }) => [String(name), String(value)])),
    installHint: typeof exec.installHint === 'string' ? exec.installHint.trim() : '',
  };
}
