import { describe, expect, it } from 'vitest';
import { authorizedKey, tunnelSshdConfig } from '../../generator/deploy/authorized-key.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAUWWcVvXeLle36ZUMYtRQ/WmxGpafxHN8n7M0pgDj4C';

describe('the line of authorized_keys', () => {
  it('allows three ports and one command', () => {
    expect(authorizedKey(`${KEY} deploy@ci\n`)).toBe(
      'restrict,port-forwarding,permitopen="127.0.0.1:6443",permitopen="127.0.0.1:443",permitopen="127.0.0.1:80",' +
        'permitlisten="127.0.0.1:1",' +
        'command="cat /etc/rancher/k3s/k3s.yaml && echo && echo ... && exec cat >/dev/null" ' +
        `${KEY} deploy@ci`,
    );
    expect(authorizedKey(KEY, { apiPort: 1234, kubeconfig: '/run/k3s.yaml' })).toContain('"127.0.0.1:1234"');
  });

  it.each([
    `${KEY}\n${KEY}`,
    `command="sh" ${KEY}`,
    `${KEY} comment\u0000`,
    'ssh-ed25519',
    '-----BEGIN OPENSSH PRIVATE KEY-----',
    '',
  ])('takes nothing that is no single public key: %j', (key) => {
    expect(() => authorizedKey(key)).toThrow('this is no public key of OpenSSH');
  });

  it.each(['k3s.yaml', '/a b', '/a"b', '/a;id', '/a\nb', '/$(id)', '/a,b'])(
    'takes no path that a shell would read otherwise: %j',
    (kubeconfig) => {
      expect(() => authorizedKey(KEY, { kubeconfig })).toThrow('is not plain');
    },
  );

  it('has sshd forbid what a line cannot, for that user alone', () => {
    const lines = tunnelSshdConfig().trim().split('\n');
    expect(lines[0]).toBe('Match User lunchbox');
    expect(lines.at(-1)).toBe('Match all');
    expect(lines).toContain('  AllowStreamLocalForwarding no');
  });
});
