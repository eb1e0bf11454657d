import type { Access } from '../kubeconfig.ts';
import { proxyProblem } from '../proxy/address.ts';
import type { Fields } from './fields.ts';
import { readAuthorities } from './pem.ts';

/** Where a cluster is, and how it proves that it is the one. @throws UserError */
export function readCluster(fields: Fields): Pick<Access, 'server' | 'ca' | 'serverName' | 'proxy'> {
  if (fields.value('insecure-skip-tls-verify') === true)
    fields.fail(
      'it does not check who answers',
      'Name the authority with `certificate-authority-data` instead of `insecure-skip-tls-verify`.',
    );
  const ca = fields.data('certificate-authority');
  return {
    server: serverOf(fields),
    ca: ca && readAuthorities(ca, fields),
    serverName: fields.text('tls-server-name'),
    proxy: proxyOf(fields),
  };
}

function serverOf(fields: Fields): string {
  const text = fields.text('server') ?? '';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:')
    return fields.fail(
      'it leads to no https server',
      'Write the address of the API server as `server: https://HOST:PORT`.',
    );
  if (url.username !== '' || url.password !== '')
    fields.fail(
      'its address holds a name and a password, which no Kubernetes accepts',
      'Use a user with a token, a client certificate or an `exec` plugin.',
    );
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function proxyOf(fields: Fields): string | undefined {
  const text = fields.text('proxy-url');
  if (text === undefined) return undefined;
  const problem = proxyProblem(text);
  if (problem !== undefined)
    fields.fail(
      `its \`proxy-url\` ${problem}`,
      'Name an http or https proxy (`proxy-url: http://HOST:PORT`); for any other, lay a line yourself (`ssh -L`) and write its near end as `server`, with `tls-server-name`.',
    );
  return text;
}
