// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are lines of Nix
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate, fixture, hasNix, modulesFolder } from './evaluate.ts';
import { broken, PROMISES } from './promises.ts';

const skip = !hasNix && !process.env.LUNCHBOX_REQUIRE_ALL;

/** A promise, and a change of one module that breaks it for one host: file, what stands there, what stands there then. */
const MUTATIONS: [promise: string, host: string, file: string, from: string, to: string][] = [
  [
    'a volume that was made larger is used whole within an hour, and the root disk is not taken for it',
    'server-volume',
    'volume.nix',
    'ConditionPathIsMountPoint = mountPoint;',
    '',
  ],
  [
    'no assertion of the modules fails',
    'server-volume',
    'firewall/public-guard.nix',
    'cfg.sshFrom != [ ]',
    'cfg.sshFrom == [ ]',
  ],
  ['no warning', 'server-volume', 'release.nix', 'kubernetes = "1.35"', 'kubernetes = "1.34"'],
  [
    'the release it was made with',
    'server-volume',
    'release.nix',
    'stateVersion = config.lunchbox.stateVersion',
    'stateVersion = "25.11"',
  ],
  [
    'k3s runs in its role',
    'agent',
    'k3s/node.nix',
    'inherit (cfg) role clusterInit;',
    'inherit (cfg) clusterInit;',
  ],
  ['secrets are encrypted in the datastore', 'server-plain', 'k3s/server.nix', '"--secrets-encryption"', ''],
  ['the kubeconfig is for root alone', 'server-plain', 'k3s/server.nix', 'mode=0600', 'mode=0644'],
  ['kernel defaults are protected', 'agent', 'k3s/node.nix', '"--protect-kernel-defaults"', ''],
  [
    'the kernel is as kubelet wants it',
    'server-plain',
    'k3s/kernel.nix',
    '"kernel.panic" = 10;',
    '"kernel.panic" = 1;',
  ],
  [
    'the API server keeps an audit log, of bounded size',
    'server-plain',
    'k3s/audit.nix',
    '"--kube-apiserver-arg=audit-policy-file=/etc/${file}"',
    '',
  ],
  [
    'the audit log holds no bodies, and every reading of a secret',
    'server-plain',
    'k3s/audit.nix',
    '{ level = "Metadata"; }',
    '{ level = "RequestResponse"; }',
  ],
  [
    'the audit log holds no bodies, and every reading of a secret',
    'server-plain',
    'k3s/audit.nix',
    '"secrets"',
    '"configmaps"',
  ],
  [
    'pods are restricted unless their namespace says otherwise',
    'server-plain',
    'k3s/pod-security.nix',
    'enforce = "restricted"',
    'enforce = "baseline"',
  ],
  [
    'only kube-system is exempt from that',
    'server-plain',
    'k3s/pod-security.nix',
    '[ "kube-system" ]',
    '[ "kube-system" "default" ]',
  ],
  [
    'k3s starts anew when what the API server reads has changed',
    'server-plain',
    'k3s/pod-security.nix',
    'restartTriggers = [ config.environment.etc.${file}.text ]',
    'restartTriggers = [ ]',
  ],
  ['nodes talk in the VPC', 'server-plain', 'k3s/node.nix', 'name == cfg.privateInterface', 'name == "eth0"'],
  [
    'pods may end before the droplet does',
    'server-plain',
    'k3s/node.nix',
    'gracefulNodeShutdown.enable = lib.mkDefault true',
    'gracefulNodeShutdown.enable = lib.mkDefault false',
  ],
  [
    'embedded etcd exactly when more servers are to come',
    'first-of-several',
    'k3s/node.nix',
    'inherit (cfg) role clusterInit;',
    'inherit (cfg) role;',
  ],
  [
    'whoever joins does so with a token, and says so when it is not there',
    'agent',
    'k3s/node.nix',
    'unitConfig.AssertPathExists =',
    'unitConfig.ConditionPathExists =',
  ],
  [
    'the first server makes its own token',
    'server-plain',
    'k3s/node.nix',
    'tokenFile = lib.mkIf joins',
    'tokenFile = lib.mkIf true',
  ],
  [
    'an agent has nothing of a server',
    'agent',
    'k3s/audit.nix',
    'lib.mkIf (config.lunchbox.role == "server")',
    'lib.mkIf true',
  ],
  [
    'an agent has nothing of a server',
    'agent',
    'access/deploy-user.nix',
    'lib.mkIf (cfg.role == "server")',
    'lib.mkIf true',
  ],
  [
    'only SSH, 80 and 443 are open',
    'server-plain',
    'firewall/host-ports.nix',
    '      443\n',
    '      443\n      6443\n',
  ],
  [
    'pods reach the API server and kubelet, and nobody else by an interface',
    'server-plain',
    'firewall/host-ports.nix',
    'interfaces.cni0',
    'interfaces.eth1',
  ],
  [
    'no interface is trusted',
    'server-plain',
    'firewall/host-ports.nix',
    '    enable = true;',
    '    enable = true;\n    trustedInterfaces = [ "cni0" ];',
  ],
  [
    'iptables, which the rules are for',
    'server-plain',
    'droplet/network.nix',
    'nftables.enable = lib.mkDefault false',
    'nftables.enable = lib.mkDefault true',
  ],
  [
    'both network cards are guarded before Kubernetes redirects anything',
    'server-plain',
    'firewall/public-guard.nix',
    '    cfg.privateInterface\n',
    '',
  ],
  [
    'the guard lets SSH in from its ranges, 80 and 443, other nodes, and drops the rest',
    'server-plain',
    'firewall/public-guard.nix',
    'both "-A ${chain} -j DROP"',
    '""',
  ],
  [
    'the guard lets SSH in from its ranges, 80 and 443, other nodes, and drops the rest',
    'server-plain',
    'firewall/public-guard.nix',
    '-s ${range} ',
    '',
  ],
  [
    'the firewall can be started twice, and takes away what it made',
    'server-plain',
    'firewall/metadata.nix',
    'extraStopCommands = remove;',
    '',
  ],
  [
    'the firewall can be started twice, and takes away what it made',
    'server-plain',
    'firewall/public-guard.nix',
    'extraCommands = remove + add',
    'extraCommands = add',
  ],
  [
    'other nodes reach k3s, in the VPC alone, by their addresses',
    'first-of-several',
    'firewall/host-ports.nix',
    '-s ${peer} ',
    '',
  ],
  [
    'pods do not reach the metadata service',
    'server-plain',
    'firewall/metadata.nix',
    'extraCommands = remove + "iptables -w -t raw -I ${rule}\\n";',
    '',
  ],
  [
    'nor does the host, once it has booted, or pods in its network',
    'booted-from-image',
    'firewall/metadata.nix',
    'requiredBy = [ "k3s.service" ];',
    '',
  ],
  [
    'the volume is mounted, and a droplet without it still boots',
    'server-volume',
    'volume.nix',
    '"nofail"',
    '"defaults"',
  ],
  [
    "k3s' state and the node's identity are on the volume, its images are not",
    'server-volume',
    'volume.nix',
    '"${mountPoint}/k3s/node"',
    '"/var/lib/node"',
  ],
  ['k3s does not start without its mounts', 'server-volume', 'volume.nix', 'RequiresMountsFor = mounts;', ''],
  [
    'k3s does not start without its mounts',
    'agent',
    'volume.nix',
    'AssertPathIsMountPoint = mounts;',
    'ConditionPathIsMountPoint = mounts;',
  ],
  [
    'k3s starts only where its state was when it last ran, and no switch moves it from there',
    'server-volume',
    'k3s/state.nix',
    '"the volume ${cfg.volume.name}"',
    '"the root disk"',
  ],
  [
    'k3s starts only where its state was when it last ran, and no switch moves it from there',
    'server-plain',
    'k3s/state.nix',
    '${run} same ${place}',
    '',
  ],
  [
    'volumes of pods are on the volume',
    'server-volume',
    'volume.nix',
    '"--default-local-storage-path=${mountPoint}/local-path"',
    '',
  ],
  [
    'without a volume nothing waits for one',
    'server-plain',
    'k3s/node.nix',
    '"--protect-kernel-defaults"',
    '"--default-local-storage-path=/srv/data"',
  ],
  [
    'backups run every night, exactly where they are asked for',
    'server-volume',
    'backups.nix',
    'wantedBy = [ "timers.target" ];',
    '',
  ],
  [
    'backups run every night, exactly where they are asked for',
    'server-volume',
    'backups.nix',
    'EnvironmentFile = "/var/lib/lunchbox/backup.env"',
    'EnvironmentFile = "-/var/lib/lunchbox/backup.env"',
  ],
  ['restic is at hand where there are backups', 'server-volume', 'backups.nix', '      pkgs.restic\n', ''],
  [
    'sshd takes keys, of root and of deliveries',
    'server-plain',
    'access/sshd.nix',
    'PasswordAuthentication = false',
    'PasswordAuthentication = true',
  ],
  [
    'only keys that the repository names count',
    'server-plain',
    'access/sshd.nix',
    'authorizedKeysInHomedir = false',
    'authorizedKeysInHomedir = true',
  ],
  [
    'the host has the one key that is pinned',
    'server-plain',
    'access/sshd.nix',
    'type = "ed25519"',
    'type = "rsa"',
  ],
  [
    'operators are root, and nobody has a password',
    'server-plain',
    'access/operators.nix',
    'authorizedKeys.keys = operators',
    'authorizedKeys.keys = operators ++ config.lunchbox.deploy ++ [ "x" ]',
  ],
  [
    'the key of deliveries has the line that the generator writes',
    'server-volume',
    'access/authorized-key.nix',
    '"restrict"',
    '"no-pty"',
  ],
  [
    "and sshd's configuration the words that the generator writes",
    'first-of-several',
    'access/authorized-key.nix',
    'AllowStreamLocalForwarding no',
    'AllowStreamLocalForwarding yes',
  ],
  [
    'the user of deliveries is of the system, with a shell for its one command',
    'server-plain',
    'access/deploy-user.nix',
    'isSystemUser = true',
    'isSystemUser = false',
  ],
  [
    'it reads a copy of the kubeconfig, which follows the original',
    'first-of-several',
    'k3s/kubeconfig.nix',
    'install -m 0440',
    'install -m 0444',
  ],
  ['it boots from its disk by BIOS', 'server-plain', 'droplet/default.nix', '"/dev/vda"', '"/dev/sda"'],
  [
    'a larger droplet uses its whole disk',
    'server-plain',
    'droplet/default.nix',
    'autoResize = lib.mkDefault true',
    'autoResize = lib.mkDefault false',
  ],
  [
    'its name is that of host.json, and no other machine becomes it',
    'server-plain',
    'droplet/right-host.nix',
    'exit 1',
    'true',
  ],
  [
    'interfaces are called as the firewall calls them',
    'server-plain',
    'droplet/network.nix',
    'usePredictableInterfaceNames = false',
    'usePredictableInterfaceNames = true',
  ],
  [
    'a converted droplet keeps its addresses, and asks nobody',
    'server-volume',
    'droplet/network.nix',
    'ipv6.addresses = addresses isV6 interface;',
    '',
  ],
  [
    'it has the gateways that it has, and none that is empty',
    'server-plain',
    'droplet/network.nix',
    'defaultGateway6 = lib.mkIf (network.gateway6 != null) {\n          address = network.gateway6;',
    'defaultGateway6 = {\n          address = "";',
  ],
  [
    'one that booted from the image asks by DHCP, on its network cards alone',
    'unprovisioned',
    'droplet/network.nix',
    '"cni*"',
    '"eth*"',
  ],
  [
    'cloud-init takes the host key from user-data, and nothing else',
    'booted-from-image',
    'droplet/cloud-init.nix',
    'cloud_config_modules = [ ]',
    'cloud_config_modules = [ "runcmd" ]',
  ],
  [
    'a converted one has no cloud-init',
    'server-plain',
    'droplet/cloud-init.nix',
    'lib.mkIf (cfg.network == null)',
    'lib.mkIf true',
  ],
  [
    'garbage goes, and what ran two weeks ago stays',
    'server-plain',
    'maintenance/garbage.nix',
    '"--delete-older-than 14d"',
    '"--delete-old"',
  ],
  ['the journal does not fill the disk', 'server-plain', 'maintenance/garbage.nix', 'SystemMaxUse=500M', ''],
  [
    'security updates come weekly, from the same release',
    'server-plain',
    'maintenance/unattended-switch.nix',
    'nixos-${config.system.nixos.release}',
    'nixos-unstable',
  ],
  [
    'which do not stop themselves',
    'server-plain',
    'maintenance/unattended-switch.nix',
    'restartIfChanged = false',
    'restartIfChanged = true',
  ],
  [
    'memory is stretched',
    'server-plain',
    'droplet/default.nix',
    'zramSwap.enable = lib.mkDefault true',
    'zramSwap.enable = lib.mkDefault false',
  ],
];

describe.skipIf(skip)('every promise about a host can be broken (not run without Nix)', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lunchbox-nix-mutation-'));
    cpSync(modulesFolder, folder, { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('by a change that is tried here', () => {
    expect(Object.keys(PROMISES).filter((name) => !MUTATIONS.some(([promise]) => promise === name))).toEqual(
      [],
    );
  });

  it.each(MUTATIONS)('%s (%s, %s)', (promise, name, file, from, to) => {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    expect(text.split(from).length, 'stands there once').toBe(2);
    try {
      writeFileSync(
        path,
        text.replace(from, () => to),
      );
      const host = fixture(name);
      expect(broken(evaluate(host, { modules: folder }), host)).toContain(promise);
    } finally {
      writeFileSync(path, text);
    }
  });
});
