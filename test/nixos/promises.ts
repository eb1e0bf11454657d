import { authorizedKey, tunnelSshdConfig } from '../../generator/deploy/authorized-key.ts';
import type { Config, HostFile } from './evaluate.ts';

/** One thing that every host it is about keeps. */
export interface HostPromise {
  about(host: HostFile): boolean;
  kept(config: Config, host: HostFile): boolean;
}

const every = () => true;
const server = (host: HostFile) => host.role === 'server';
const agent = (host: HostFile) => host.role === 'agent';
const flags = (config: Config) => config.services.k3s.extraFlags;
const isV6 = (address: string) => address.includes(':');
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
const lines = (text: string) => text.split('\n').filter((line) => line !== '');
const starting = (config: Config) => lines(config.networking.firewall.extraCommands);
const k3s = (config: Config) => config.systemd.services.k3s;
const etc = (config: Config, name: string) => config.environment.etc[name]?.text ?? '';
const list = (value: string | string[] | undefined) => [value ?? []].flat();

/** What the guard lets through, in order, for one family of addresses; the last says what happens to the rest. */
function guard(config: Config, program: 'iptables' | 'ip6tables'): string[] {
  const start = `${program} -w -t mangle -A lunchbox-guard `;
  return starting(config)
    .filter((line) => line.startsWith(start))
    .map((line) => line.slice(start.length));
}

interface AuditPolicy {
  rules: {
    level: string;
    verbs?: string[];
    nonResourceURLs?: string[];
    resources?: { group: string; resources: string[] }[];
  }[];
}
interface Admission {
  plugins: {
    name: string;
    configuration: { defaults: Record<string, string>; exemptions: Record<string, string[]> };
  }[];
}

export const PROMISES: Record<string, HostPromise> = {
  'no assertion of the modules fails': {
    about: every,
    kept: (config) => config.assertions.every(({ assertion }) => assertion) && config.assertions.length >= 5,
  },
  'no warning': { about: every, kept: (config) => config.warnings.length === 0 },
  'the release it was made with': { about: every, kept: (config) => config.system.stateVersion === '26.05' },

  // --- k3s ---
  'k3s runs in its role': {
    about: every,
    kept: ({ services }, { role }) => services.k3s.enable && services.k3s.role === role,
  },
  'secrets are encrypted in the datastore': {
    about: server,
    kept: (config) => flags(config).includes('--secrets-encryption'),
  },
  'the kubeconfig is for root alone': {
    about: server,
    kept: (config) =>
      same(
        flags(config).filter((flag) => flag.includes('kubeconfig')),
        ['--write-kubeconfig-mode=0600'],
      ),
  },
  'kernel defaults are protected': {
    about: every,
    kept: (config) => flags(config).includes('--protect-kernel-defaults'),
  },
  'the kernel is as kubelet wants it': {
    about: every,
    kept: ({ boot }) =>
      Object.entries({
        'vm.overcommit_memory': 1,
        'vm.panic_on_oom': 0,
        'kernel.panic': 10,
        'kernel.panic_on_oops': 1,
        'kernel.keys.root_maxkeys': 1_000_000,
        'kernel.keys.root_maxbytes': 25_000_000,
      }).every(([name, value]) => boot.kernel.sysctl[name] === value),
  },
  'the API server keeps an audit log, of bounded size': {
    about: server,
    kept: (config) =>
      [
        'policy-file=/etc/lunchbox/audit-policy.json',
        'log-path=/var/log/k3s/audit.log',
        'log-maxage=30',
        'log-maxbackup=5',
        'log-maxsize=50',
      ].every((argument) => flags(config).includes(`--kube-apiserver-arg=audit-${argument}`)) &&
      config.systemd.tmpfiles.rules.includes('d /var/log/k3s 0700 root root -'),
  },
  'the audit log holds no bodies, and every reading of a secret': {
    about: server,
    kept: (config) => {
      const { rules } = JSON.parse(etc(config, 'lunchbox/audit-policy.json')) as AuditPolicy;
      const first = rules.findIndex(({ resources }) =>
        resources?.some((named) => named.group === '' && named.resources.includes('secrets')),
      );
      const before = rules.slice(0, first);
      return (
        rules.every(({ level }) => level === 'None' || level === 'Metadata') &&
        rules[first]?.level === 'Metadata' &&
        rules[first]?.verbs === undefined &&
        before.every(
          ({ resources, nonResourceURLs }) => resources !== undefined || nonResourceURLs !== undefined,
        ) &&
        same(rules.at(-1), { level: 'Metadata' })
      );
    },
  },
  'pods are restricted unless their namespace says otherwise': {
    about: server,
    kept: (config) => {
      const { plugins } = JSON.parse(etc(config, 'lunchbox/admission.json')) as Admission;
      const [plugin] = plugins;
      return (
        flags(config).includes(
          '--kube-apiserver-arg=admission-control-config-file=/etc/lunchbox/admission.json',
        ) &&
        plugin?.name === 'PodSecurity' &&
        ['enforce', 'audit', 'warn'].every((mode) => plugin.configuration.defaults[mode] === 'restricted')
      );
    },
  },
  'only kube-system is exempt from that': {
    about: server,
    kept: (config) =>
      same(
        (JSON.parse(etc(config, 'lunchbox/admission.json')) as Admission).plugins[0]?.configuration
          .exemptions,
        { namespaces: ['kube-system'], runtimeClasses: [], usernames: [] },
      ),
  },
  'k3s starts anew when what the API server reads has changed': {
    about: server,
    kept: (config) =>
      ['lunchbox/audit-policy.json', 'lunchbox/admission.json'].every((name) =>
        k3s(config)?.restartTriggers.includes(etc(config, name)),
      ),
  },
  'nodes talk in the VPC': {
    about: ({ network }) => network !== undefined,
    kept: (config, { network }) => {
      const address = network?.interfaces.find(({ name }) => name === 'eth1')?.addresses[0]?.split('/')[0];
      return flags(config).includes(`--node-ip=${address}`) && flags(config).includes('--flannel-iface=eth1');
    },
  },
  'pods may end before the droplet does': {
    about: every,
    kept: ({ services }) => services.k3s.gracefulNodeShutdown.enable,
  },
  'embedded etcd exactly when more servers are to come': {
    about: every,
    kept: ({ services }, { clusterInit }) => services.k3s.clusterInit === (clusterInit ?? false),
  },
  'whoever joins does so with a token, and says so when it is not there': {
    about: ({ serverAddress }) => serverAddress !== undefined,
    kept: (config, { serverAddress }) =>
      config.services.k3s.serverAddr === serverAddress &&
      config.services.k3s.tokenFile === '/var/lib/lunchbox/k3s-token' &&
      k3s(config)?.unitConfig.AssertPathExists === '/var/lib/lunchbox/k3s-token',
  },
  'the first server makes its own token': {
    about: ({ serverAddress }) => serverAddress === undefined,
    kept: ({ services }) => services.k3s.serverAddr === '' && services.k3s.tokenFile === null,
  },
  'an agent has nothing of a server': {
    about: agent,
    kept: (config, { user = 'lunchbox' }) =>
      flags(config).every((flag) =>
        /^--(protect-kernel-defaults|node-name=|node-ip=|flannel-iface=)/.test(flag),
      ) &&
      config.users.users[user] === undefined &&
      config.services.openssh.extraConfig === '' &&
      config.systemd.services['lunchbox-kubeconfig'] === undefined &&
      same(config.networking.firewall.interfaces.cni0?.allowedTCPPorts, [10250]),
  },

  // --- firewall ---
  'only SSH, 80 and 443 are open': {
    about: every,
    kept: ({ networking: { firewall } }, { port = 22 }) =>
      firewall.enable &&
      same(firewall.allowedTCPPorts, [port, 80, 443]) &&
      same(firewall.allowedUDPPorts, []),
  },
  'pods reach the API server and kubelet, and nobody else by an interface': {
    about: server,
    kept: ({ networking: { firewall } }) =>
      same(firewall.interfaces, { cni0: { allowedTCPPorts: [6443, 10250], allowedUDPPorts: [] } }),
  },
  'no interface is trusted': {
    about: every,
    kept: ({ networking }) => same(networking.firewall.trustedInterfaces, ['lo']),
  },
  'iptables, which the rules are for': {
    about: every,
    kept: ({ networking }) => !networking.nftables.enable,
  },
  'both network cards are guarded before Kubernetes redirects anything': {
    about: every,
    kept: (config) =>
      ['iptables', 'ip6tables'].every((program) =>
        ['eth0', 'eth1'].every((name) =>
          starting(config).includes(`${program} -w -t mangle -I PREROUTING -i ${name} -j lunchbox-guard`),
        ),
      ),
  },
  'the guard lets SSH in from its ranges, 80 and 443, other nodes, and drops the rest': {
    about: every,
    kept: (config, { port = 22, sshFrom, peers = [] }) => {
      const ssh = (range: string) => `-p tcp --dport ${port} -s ${range} -j RETURN`;
      const peer = (address: string) => `-i eth1 -s ${address} -j RETURN`;
      const known = '-m conntrack ! --ctstate NEW -j RETURN';
      const web = [80, 443].map((open) => `-p tcp --dport ${open} -j RETURN`);
      return (
        same(guard(config, 'iptables'), [
          known,
          ...peers.filter((address) => !isV6(address)).map(peer),
          ...sshFrom.filter((range) => !isV6(range)).map(ssh),
          ...web,
          '-p icmp -j RETURN',
          '-p udp --sport 67 --dport 68 -j RETURN',
          '-j DROP',
        ]) &&
        same(guard(config, 'ip6tables'), [
          known,
          ...peers.filter(isV6).map(peer),
          ...sshFrom.filter(isV6).map(ssh),
          ...web,
          '-p ipv6-icmp -j RETURN',
          '-p udp -s fe80::/10 --dport 546 -j RETURN',
          '-j DROP',
        ])
      );
    },
  },
  'the firewall can be started twice, and takes away what it made': {
    about: every,
    kept: (config) => {
      const made = starting(config).filter((line) => !line.includes(' -A nixos-fw '));
      const stopping = lines(config.networking.firewall.extraStopCommands);
      const undone = (line: string) =>
        `${line.replace(' -I ', ' -D ').replace(' -N ', ' -X ')} 2> /dev/null || true`;
      return made
        .filter((line) => / -[IN] /.test(line))
        .every(
          (line) =>
            stopping.includes(undone(line)) &&
            made.indexOf(undone(line)) >= 0 &&
            made.indexOf(undone(line)) < made.indexOf(line),
        );
    },
  },
  'other nodes reach k3s, in the VPC alone, by their addresses': {
    about: every,
    kept: (config, { role, peers = [] }) => {
      const ports = [
        ...(role === 'server' ? ['tcp --dport 6443', 'tcp --dport 2379:2380'] : []),
        'tcp --dport 10250',
        'udp --dport 8472',
      ];
      const wanted = peers.flatMap((peer) =>
        ports.map((port) => `iptables -w -A nixos-fw -i eth1 -s ${peer} -p ${port} -j nixos-fw-accept`),
      );
      return same(
        starting(config).filter((line) => line.includes(' nixos-fw ')),
        wanted,
      );
    },
  },
  'pods do not reach the metadata service': {
    about: every,
    kept: (config) =>
      starting(config).includes('iptables -w -t raw -I PREROUTING -i cni0 -d 169.254.169.254/32 -j DROP'),
  },
  'nor does the host, once it has booted, or pods in its network': {
    about: every,
    kept: ({ systemd }) => {
      const unit = systemd.services['lunchbox-metadata'];
      return (
        unit?.serviceConfig.ExecStart ===
          '/stub/iproute2/bin/ip route replace blackhole 169.254.169.254/32' &&
        unit.serviceConfig.RemainAfterExit === true &&
        !unit.restartIfChanged &&
        unit.requiredBy.includes('k3s.service') &&
        unit.before.includes('k3s.service') &&
        unit.after.includes('cloud-init.service')
      );
    },
  },

  // --- data ---
  'the volume is mounted, and a droplet without it still boots': {
    about: ({ volume }) => volume !== undefined,
    kept: ({ fileSystems }, { volume }) => {
      const mount = fileSystems[volume?.mountPoint ?? ''];
      return (
        mount?.device === `/dev/disk/by-id/scsi-0DO_Volume_${volume?.name}` &&
        mount.fsType === 'ext4' &&
        Object.entries(fileSystems).every(([name, { options }]) => name === '/' || options.includes('nofail'))
      );
    },
  },
  "k3s' state and the node's identity are on the volume, its images are not": {
    about: (host) => server(host) && host.volume !== undefined,
    kept: ({ fileSystems }) =>
      Object.entries({
        '/var/lib/rancher/k3s': ['/srv/data/k3s/state', '/srv/data'],
        '/var/lib/rancher/k3s/agent': ['/var/lib/rancher/k3s-agent', '/var/lib/rancher/k3s'],
        '/etc/rancher/node': ['/srv/data/k3s/node', '/srv/data'],
      }).every(([name, [folder, first]]) => {
        const mount = fileSystems[name];
        return (
          mount?.device === folder &&
          mount?.options.includes('bind') &&
          mount.options.includes(`x-systemd.requires-mounts-for=${first}`)
        );
      }),
  },
  'k3s does not start without its mounts': {
    about: ({ volume }) => volume !== undefined,
    kept: (config, host) => {
      const wanted = [
        '/srv/data',
        ...(server(host) ? ['/etc/rancher/node', '/var/lib/rancher/k3s', '/var/lib/rancher/k3s/agent'] : []),
      ];
      const { RequiresMountsFor, AssertPathIsMountPoint } = k3s(config)?.unitConfig ?? {};
      return same(list(RequiresMountsFor), wanted) && same(list(AssertPathIsMountPoint), wanted);
    },
  },
  'k3s starts only where its state was when it last ran, and no switch moves it from there': {
    about: server,
    kept: ({ systemd, system }, { volume }) => {
      const place = volume ? `'the volume ${volume.name}'` : "'the root disk'";
      const says = (text: string | undefined, what: string) =>
        text?.includes(`k3s/state.sh ${what} ${place}\n`) === true ||
        text?.includes(`-state.sh ${what} ${place}\n`) === true;
      return (
        says(systemd.services.k3s?.preStart, 'check') &&
        systemd.services.k3s?.preStart.startsWith('PATH=/') === true &&
        says(systemd.services.k3s?.postStart, 'note') &&
        says(system.preSwitchChecks.lunchboxState, 'same')
      );
    },
  },
  'volumes of pods are on the volume': {
    about: (host) => server(host) && host.volume !== undefined,
    kept: (config) => flags(config).includes('--default-local-storage-path=/srv/data/local-path'),
  },
  'a volume that was made larger is used whole within an hour, and the root disk is not taken for it': {
    about: ({ volume }) => volume !== undefined,
    kept: ({ systemd }) => {
      const { serviceConfig, unitConfig } = systemd.services['lunchbox-grow-volume'] ?? {};
      return (
        serviceConfig?.ExecStart === '/stub/systemd/lib/systemd/systemd-growfs /srv/data' &&
        same(list(unitConfig?.RequiresMountsFor), ['/srv/data']) &&
        unitConfig?.ConditionPathIsMountPoint === '/srv/data' &&
        systemd.timers['lunchbox-grow-volume']?.timerConfig.OnCalendar === 'hourly'
      );
    },
  },
  'without a volume nothing waits for one': {
    about: ({ volume }) => volume === undefined,
    kept: (config) =>
      same(Object.keys(config.fileSystems), ['/']) &&
      k3s(config)?.unitConfig.RequiresMountsFor === undefined &&
      flags(config).every((flag) => !flag.startsWith('--default-local-storage-path')),
  },
  'backups run every night, exactly where they are asked for': {
    about: every,
    kept: ({ systemd }, { hostName, backups }) => {
      const [service, timer] = [systemd.services['lunchbox-backup'], systemd.timers['lunchbox-backup']];
      if (!backups) return service === undefined && timer === undefined;
      return (
        service?.serviceConfig.ExecStart === '/stub/bash/bin/bash /stub/backup/backup.sh' &&
        service.serviceConfig.EnvironmentFile === '/var/lib/lunchbox/backup.env' &&
        service.environment.LUNCHBOX_HOST === hostName &&
        service.environment.LUNCHBOX_LOCAL_PATH === '/srv/data/local-path' &&
        service.path.includes('/stub/restic') &&
        !service.restartIfChanged &&
        same(timer?.wantedBy, ['timers.target']) &&
        timer?.timerConfig.Persistent === true &&
        timer.timerConfig.OnCalendar === '*-*-* 02:15:00'
      );
    },
  },
  'restic is at hand where there are backups': {
    about: ({ backups }) => backups !== undefined,
    kept: ({ environment }) => environment.systemPackages.includes('/stub/restic'),
  },

  // --- who may come in ---
  'sshd takes keys, of root and of deliveries': {
    about: every,
    kept: ({ services: { openssh } }, { role, port = 22, user = 'lunchbox' }) =>
      openssh.enable &&
      same(openssh.ports, [port]) &&
      openssh.settings.PasswordAuthentication === false &&
      openssh.settings.KbdInteractiveAuthentication === false &&
      openssh.settings.PermitRootLogin === 'prohibit-password' &&
      same(openssh.settings.AllowUsers, role === 'server' ? ['root', user] : ['root']),
  },
  'only keys that the repository names count': {
    about: every,
    kept: ({ services }) => !services.openssh.authorizedKeysInHomedir,
  },
  'the host has the one key that is pinned': {
    about: every,
    kept: ({ services }) =>
      same(services.openssh.hostKeys, [{ path: '/etc/ssh/ssh_host_ed25519_key', type: 'ed25519' }]),
  },
  'operators are root, and nobody has a password': {
    about: every,
    kept: ({ users }, { operators }) =>
      !users.mutableUsers &&
      same(users.users.root?.openssh.authorizedKeys.keys, operators) &&
      users.allowNoPasswordLogin === (operators.length === 0),
  },
  'the key of deliveries has the line that the generator writes': {
    about: server,
    kept: ({ users, lunchbox: { kubeconfig } }, { deploy, user = 'lunchbox' }) =>
      same(
        users.users[user]?.openssh.authorizedKeys.keys,
        deploy.map((key) => authorizedKey(key, { kubeconfig })),
      ),
  },
  "and sshd's configuration the words that the generator writes": {
    about: server,
    kept: ({ services }, { user }) => services.openssh.extraConfig === tunnelSshdConfig(user),
  },
  'the user of deliveries is of the system, with a shell for its one command': {
    about: server,
    kept: ({ users }, { user = 'lunchbox' }) => {
      const there = users.users[user];
      return there?.isSystemUser === true && there.group === user && there.shell === '/bin/sh';
    },
  },
  'it reads a copy of the kubeconfig, which follows the original': {
    about: server,
    kept: ({ systemd, lunchbox }, { user = 'lunchbox' }) => {
      const service = systemd.services['lunchbox-kubeconfig'];
      return (
        lunchbox.kubeconfig === '/run/lunchbox/kubeconfig' &&
        systemd.tmpfiles.rules.includes(`d /run/lunchbox 0750 root ${user} -`) &&
        service?.serviceConfig.Type === 'oneshot' &&
        service.wantedBy.includes('multi-user.target') &&
        service.script.startsWith(
          `install -m 0440 -o root -g ${user} /etc/rancher/k3s/k3s.yaml /run/lunchbox/kubeconfig.new\n`,
        ) &&
        systemd.paths['lunchbox-kubeconfig']?.pathConfig.PathChanged === '/etc/rancher/k3s/k3s.yaml'
      );
    },
  },

  // --- the machine ---
  'it boots from its disk by BIOS': {
    about: every,
    kept: ({ boot, fileSystems }) =>
      boot.loader.grub.enable &&
      same(boot.loader.grub.devices, ['/dev/vda']) &&
      fileSystems['/']?.device === '/dev/vda1' &&
      fileSystems['/'].fsType === 'ext4',
  },
  'a larger droplet uses its whole disk': {
    about: every,
    kept: ({ boot, fileSystems }) => boot.growPartition && fileSystems['/']?.autoResize === true,
  },
  'its name is that of host.json, and no other machine becomes it': {
    about: every,
    kept: ({ networking, system }, { hostName }) =>
      networking.hostName === hostName &&
      system.preSwitchChecks.lunchboxHost?.includes(`expected=${hostName}\n`) === true &&
      system.preSwitchChecks.lunchboxHost.includes('exit 1'),
  },
  'interfaces are called as the firewall calls them': {
    about: every,
    kept: ({ networking, services }, { network }) =>
      !networking.usePredictableInterfaceNames &&
      (network?.interfaces ?? []).every(({ mac, name }) =>
        services.udev.extraRules.includes(`ATTR{address}=="${mac}", NAME="${name}"`),
      ),
  },
  'a converted droplet keeps its addresses, and asks nobody': {
    about: ({ network }) => network !== undefined,
    kept: ({ networking }, { network }) => {
      const wanted = Object.fromEntries(
        (network?.interfaces ?? []).map(({ name, addresses }) => {
          const of = (v6: boolean) => ({
            addresses: addresses
              .filter((text) => isV6(text) === v6)
              .map((text) => ({ address: text.split('/')[0], prefixLength: Number(text.split('/')[1]) })),
          });
          return [name, { ipv4: of(false), ipv6: of(true) }];
        }),
      );
      return (
        !networking.useDHCP &&
        !networking.dhcpcd.enable &&
        same(networking.interfaces, wanted) &&
        same(networking.nameservers, network?.nameservers)
      );
    },
  },
  'it has the gateways that it has, and none that is empty': {
    about: ({ network }) => network !== undefined,
    kept: ({ networking }, { network }) => {
      const gateway = (address: string | undefined) => (address ? { address, interface: 'eth0' } : null);
      return (
        same(networking.defaultGateway, gateway(network?.gateway4)) &&
        same(networking.defaultGateway6, gateway(network?.gateway6))
      );
    },
  },
  'one that booted from the image asks by DHCP, on its network cards alone': {
    about: ({ network }) => network === undefined,
    kept: ({ networking }) =>
      networking.useDHCP &&
      same(networking.interfaces, {}) &&
      same(networking.dhcpcd.denyInterfaces, ['cni*', 'flannel*', 'veth*']),
  },
  'cloud-init takes the host key from user-data, and nothing else': {
    about: ({ network }) => network === undefined,
    kept: ({ services, systemd }) => {
      const { enable, network, settings } = services['cloud-init'];
      return (
        enable &&
        !network.enable &&
        same(settings.cloud_init_modules, ['seed_random', 'ssh']) &&
        same(settings.cloud_config_modules, []) &&
        same(settings.cloud_final_modules, []) &&
        settings.allow_public_ssh_keys === false &&
        same(settings.vendor_data, { enabled: false }) &&
        systemd.services['cloud-init']?.restartIfChanged === false
      );
    },
  },
  'a converted one has no cloud-init': {
    about: ({ network }) => network !== undefined,
    kept: ({ services }) => !services['cloud-init'].enable,
  },

  // --- by itself ---
  'garbage goes, and what ran two weeks ago stays': {
    about: every,
    kept: ({ nix }) =>
      nix.gc.automatic && nix.gc.dates === 'weekly' && nix.gc.options === '--delete-older-than 14d',
  },
  'the journal does not fill the disk': {
    about: every,
    kept: (config) =>
      etc(config, 'systemd/journald.conf.d/lunchbox.conf') === '[Journal]\nSystemMaxUse=500M\n',
  },
  'security updates come weekly, from the same release': {
    about: every,
    kept: ({ systemd, lunchbox, environment }, { role, port = 22 }) => {
      const service = systemd.services['lunchbox-unattended-switch'];
      return (
        lunchbox.unattendedSwitch.enable &&
        environment.etc['lunchbox/flake']?.source === '/stub/flake' &&
        /^\/stub\/bash\/bin\/bash \/nix\/store\/\w+-unattended-switch\.sh$/.test(
          String(service?.serviceConfig.ExecStart),
        ) &&
        service?.environment.LUNCHBOX_CHANNEL === 'github:NixOS/nixpkgs/nixos-26.05' &&
        service.environment.LUNCHBOX_ENVIRONMENT === 'prod' &&
        service.environment.LUNCHBOX_ROLE === role &&
        service.environment.LUNCHBOX_SSH_PORT === String(port) &&
        same(systemd.timers['lunchbox-unattended-switch']?.wantedBy, ['timers.target'])
      );
    },
  },
  'which do not stop themselves': {
    about: every,
    kept: ({ systemd }) => systemd.services['lunchbox-unattended-switch']?.restartIfChanged === false,
  },
  'memory is stretched': { about: every, kept: ({ zramSwap }) => zramSwap.enable },
};

/** Names of the promises that this configuration breaks. */
export function broken(config: Config, host: HostFile): string[] {
  return Object.entries(PROMISES)
    .filter(([, { about, kept }]) => about(host) && !kept(config, host))
    .map(([name]) => name);
}
