import { describe, expect, it } from 'vitest';
import { proxyFromEnvironment } from '../../../adapters/kubernetes/proxy/from-environment.ts';

const PROXY = 'http://proxy.example:3128';
const asks = (server: string, NO_PROXY: string) =>
  proxyFromEnvironment(server, { HTTPS_PROXY: PROXY, NO_PROXY }) === PROXY;

describe('HTTPS_PROXY', () => {
  it.each([
    [{ HTTPS_PROXY: PROXY }, PROXY],
    [{ https_proxy: PROXY }, PROXY],
    [{ HTTPS_PROXY: PROXY, https_proxy: 'http://other.example' }, PROXY],
    [{ HTTPS_PROXY: '', https_proxy: PROXY }, PROXY],
    [{ HTTPS_PROXY: 'proxy.example:3128' }, PROXY],
    [{ HTTPS_PROXY: 'https://proxy.example' }, 'https://proxy.example'],
    [{ HTTP_PROXY: PROXY, ALL_PROXY: PROXY }, undefined],
    [{ HTTPS_PROXY: PROXY, no_proxy: 'api.example' }, undefined],
    [{}, undefined],
  ])('of %j', (env, proxy) => {
    expect(proxyFromEnvironment('https://api.example', env)).toBe(proxy);
  });

  it('is refused where it cannot be used', () => {
    const env = { HTTPS_PROXY: 'socks5://me:S3CRET@proxy.example' };
    expect(() => proxyFromEnvironment('https://api.example', env)).toThrow(
      'HTTPS_PROXY is a SOCKS proxy (socks5://), which is not supported\n  Name an http or https proxy, or except api.example in NO_PROXY.',
    );
    expect(proxyFromEnvironment('https://api.example', { ...env, NO_PROXY: '*' })).toBeUndefined();
  });

  it.each(['https://localhost:6443', 'https://127.0.0.1:6443', 'https://127.1.2.3', 'https://[::1]:6443'])(
    'is never asked for %s',
    (server) => {
      expect(asks(server, '')).toBe(false);
    },
  );
});

/** As `golang.org/x/net/http/httpproxy` has it. */
describe('NO_PROXY', () => {
  it.each([
    ['*', 'https://api.example'],
    ['*', 'https://10.0.0.1'],
    ['other.example, api.example', 'https://api.example'],
    ['API.example', 'https://api.EXAMPLE'],
    ['example', 'https://api.example'],
    ['.example', 'https://api.example'],
    ['*.example', 'https://api.example'],
    ['api.example:6443', 'https://api.example:6443'],
    ['api.example:443', 'https://api.example'],
    ['10.0.0.1', 'https://10.0.0.1:6443'],
    ['10.0.0.1:6443', 'https://10.0.0.1:6443'],
    ['10.0.0.0/8', 'https://10.255.0.1:6443'],
    ['2001:db8::/32', 'https://[2001:db8::1]:6443'],
    ['2001:db8::1', 'https://[2001:db8:0::1]:6443'],
    ['[2001:db8::1]:6443', 'https://[2001:db8::1]:6443'],
  ])('%s excepts %s', (exceptions, server) => {
    expect(asks(server, exceptions)).toBe(false);
  });

  it.each([
    ['', 'https://api.example'],
    [',', 'https://api.example'],
    ['.api.example', 'https://api.example'],
    ['*.api.example', 'https://api.example'],
    ['pi.example', 'https://api.example'],
    ['api.example:6443', 'https://api.example'],
    ['api.*', 'https://api.example'],
    [':443', 'https://api.example'],
    ['10.0.0.2', 'https://10.0.0.1'],
    ['10.0.0.1:443', 'https://10.0.0.1:6443'],
    ['0.0.1', 'https://10.0.0.1'],
    ['10.0.0.0/33', 'https://10.0.0.1'],
    ['10.0.0.0/', 'https://10.0.0.1'],
    ['10.0.0.0/8', 'https://api.example'],
    ['11.0.0.0/8', 'https://10.0.0.1'],
    ['2001:db8::1:6443', 'https://[2001:db8::1]:6443'],
  ])('%s does not except %s', (exceptions, server) => {
    expect(asks(server, exceptions)).toBe(true);
  });
});
