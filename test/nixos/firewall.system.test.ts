import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Config, evaluate, fixture, hasNix } from './evaluate.ts';

const able =
  hasNix &&
  process.getuid?.() === 0 &&
  ['iptables', 'ip6tables', 'ip'].every((name) => spawnSync(name, ['-V']).status === 0) &&
  spawnSync('unshare', ['-n', 'iptables', '-t', 'raw', '-L']).status === 0;
const skip = !able && !process.env.LUNCHBOX_REQUIRE_ALL;

const probe = join(import.meta.dirname, 'probe.mjs');
const namespace = (name: string) => `lunchbox${process.pid}${name}`;
const [droplet, internet, pod, vpc] = ['droplet', 'internet', 'pod', 'vpc'].map(namespace) as [
  string,
  string,
  string,
  string,
];
const listeners: ChildProcess[] = [];

/** Runs lines of shell, in a namespace or outside; anything that fails is an error. */
function sh(text: string, where?: string) {
  const command = where ? ['ip', 'netns', 'exec', where, 'bash'] : ['bash'];
  const { status, stderr } = spawnSync(command[0] ?? '', [...command.slice(1), '-e', '-c', text], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${text}\n${stderr}`);
}

async function listen(where: string, ports: number[]) {
  const child = spawn(
    'ip',
    ['netns', 'exec', where, process.execPath, probe, 'listen', ...ports.map(String)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  listeners.push(child);
  await once(child.stdout, 'data');
}

type Question = [address: string, port: number, from?: string];
/** Which of these can be reached from there. */
function ask(where: string, questions: Question[]): string[] {
  const { stdout, stderr } = spawnSync(
    'ip',
    ['netns', 'exec', where, process.execPath, probe, 'ask', JSON.stringify(questions)],
    { encoding: 'utf8' },
  );
  if (stdout === '') throw new Error(stderr);
  const open = JSON.parse(stdout) as boolean[];
  return questions
    .filter((_, index) => open[index])
    .map(([, port, from]) => (from ? `${port} from ${from}` : `${port}`));
}

/** What the firewall of NixOS runs: its own rules as far as they matter, around the commands of the modules. */
function start({ networking: { firewall } }: Config): string {
  const both = (rule: string) => `iptables -w ${rule}\nip6tables -w ${rule}\n`;
  const accept = (port: number, where = '') =>
    both(`-A nixos-fw -p tcp --dport ${port} -j nixos-fw-accept${where}`);
  return [
    ...[
      '-D INPUT -j nixos-fw',
      ...['nixos-fw', 'nixos-fw-accept'].flatMap((chain) => [`-F ${chain}`, `-X ${chain}`]),
    ].map((rule) => both(`${rule} 2> /dev/null || true`)),
    both('-N nixos-fw-accept'),
    both('-A nixos-fw-accept -j ACCEPT'),
    both('-N nixos-fw'),
    ...firewall.trustedInterfaces.map((name) => both(`-A nixos-fw -i ${name} -j nixos-fw-accept`)),
    both('-A nixos-fw -m conntrack --ctstate ESTABLISHED,RELATED -j nixos-fw-accept'),
    ...firewall.allowedTCPPorts.map((port) => accept(port)),
    ...Object.entries(firewall.interfaces).flatMap(([name, { allowedTCPPorts }]) =>
      allowedTCPPorts.map((port) => accept(port, ` -i ${name}`)),
    ),
    'ip6tables -w -A nixos-fw -p icmpv6 -j nixos-fw-accept\n',
    firewall.extraCommands,
    both('-A nixos-fw -j DROP'),
    both('-A INPUT -j nixos-fw'),
  ].join('');
}

const DROPLET = '203.0.113.9';
const METADATA = '169.254.169.254';
const NODE_PORT = 30080;
const PORTS = [22, 443, 2379, 6443, 9999, 10250];

describe.skipIf(skip)('the firewall, in network namespaces (not run without root, iptables and Nix)', () => {
  let config: Config;

  beforeAll(async () => {
    config = evaluate({
      ...fixture('first-of-several'),
      port: 22,
      peers: ['10.10.0.3'],
      sshFrom: ['198.51.100.0/24', '2001:db8:9::/48'],
    });
    sh(
      [droplet, internet, pod, vpc]
        .map((name) => `ip netns add ${name}\nip -n ${name} link set lo up`)
        .join('\n'),
    );
    sh(`
      link() { ip -n "$1" link add "$2" type veth peer name "$3" netns "$4"; ip -n "$1" link set "$2" up; ip -n "$4" link set "$3" up; }
      link ${droplet} eth0 up0 ${internet}
      link ${droplet} eth1 up1 ${vpc}
      link ${droplet} cni0 up2 ${pod}
      ip -n ${droplet} address add ${DROPLET}/24 dev eth0
      ip -n ${droplet} address add 2001:db8:1::5/64 dev eth0 nodad
      ip -n ${droplet} address add 10.10.0.2/20 dev eth1
      ip -n ${droplet} address add 10.42.0.1/24 dev cni0
      ip -n ${droplet} route add default via 203.0.113.1
      ip -n ${droplet} route add default via 2001:db8:1::1
      ip -n ${internet} address add 203.0.113.1/24 dev up0
      ip -n ${internet} address add 198.51.100.7/32 dev up0
      ip -n ${internet} address add ${METADATA}/32 dev up0
      ip -n ${internet} address add 2001:db8:1::1/64 dev up0 nodad
      ip -n ${internet} address add 2001:db8:9::7/128 dev up0 nodad
      ip -n ${internet} route add 10.42.0.0/24 via ${DROPLET}
      ip -n ${vpc} address add 10.10.0.3/20 dev up1
      ip -n ${vpc} address add 10.10.0.9/20 dev up1
      ip -n ${pod} address add 10.42.0.5/24 dev up2
      ip -n ${pod} route add default via 10.42.0.1
    `);
    // As k3s and its kube-proxy do: pods are routed, a node port and port 80 lead to one.
    sh(
      `echo 1 > /proc/sys/net/ipv4/ip_forward
       for port in 80 ${NODE_PORT}; do iptables -w -t nat -A PREROUTING -p tcp -m addrtype --dst-type LOCAL --dport $port -j DNAT --to-destination 10.42.0.5:8080; done
       iptables -w -t nat -A POSTROUTING -o cni0 -j MASQUERADE`,
      droplet,
    );
    await Promise.all([listen(droplet, PORTS), listen(pod, [8080]), listen(internet, [80])]);
  });
  afterAll(() => {
    for (const listener of listeners) listener.kill();
    for (const name of [droplet, internet, pod, vpc]) spawnSync('ip', ['netns', 'delete', name]);
  });

  const everything = [...PORTS, 80, NODE_PORT];
  const fromInternet = () =>
    ask(
      internet,
      everything.map((port) => [DROPLET, port]),
    );
  const fromRange = () => ask(internet, [[DROPLET, 22, '198.51.100.7']]);
  const overV6 = () =>
    ask(internet, [
      ...PORTS.map((port): Question => ['2001:db8:1::5', port]),
      ['2001:db8:1::5', 22, '2001:db8:9::7'],
    ]);
  const fromVpc = (address: string) =>
    ask(
      vpc,
      everything.map((port) => ['10.10.0.2', port, address]),
    );
  const fromPod = () => ask(pod, [...PORTS.map((port): Question => ['10.42.0.1', port]), [METADATA, 80]]);
  const toMetadata = () => ask(droplet, [[METADATA, 80]]);

  it('is what closes them: without it, everything is open', () => {
    expect(fromInternet()).toEqual(everything.map(String));
    expect(overV6()).toEqual([...PORTS.map(String), '22 from 2001:db8:9::7']);
    expect(fromVpc('10.10.0.9')).toHaveLength(everything.length);
    expect(fromPod()).toEqual([...PORTS.map(String), '80']);
  });

  it('starts, and starts again without leaving anything twice', () => {
    const rules = () =>
      spawnSync('ip', ['netns', 'exec', droplet, 'bash', '-c', 'iptables-save; ip6tables-save'], {
        encoding: 'utf8',
      })
        .stdout.split('\n')
        .filter((line) => line.startsWith('-A'));
    sh(start(config), droplet);
    const once = rules();
    sh(start(config), droplet);
    expect(rules().sort()).toEqual(once.sort());
    expect(once.length).toBeGreaterThan(30);
  });

  it('lets the internet reach 80 and 443, and SSH from its ranges', () => {
    expect(fromInternet()).toEqual(['443', '80']);
    expect(fromRange()).toEqual(['22 from 198.51.100.7']);
    expect(overV6()).toEqual(['443', '22 from 2001:db8:9::7']);
  });

  it('lets other nodes reach k3s, and nobody else in the VPC', () => {
    const of = (address: string, ports: number[]) => ports.map((port) => `${port} from ${address}`);
    expect(fromVpc('10.10.0.3')).toEqual(of('10.10.0.3', [22, 443, 2379, 6443, 10250, 80, NODE_PORT]));
    expect(fromVpc('10.10.0.9')).toEqual(of('10.10.0.9', [443, 80]));
  });

  it('lets pods reach the API server and kubelet, and not the metadata service', () => {
    expect(fromPod()).toEqual(['22', '443', '6443', '10250']);
    expect(toMetadata()).toEqual(['80']);
  });

  it('closes the metadata service for the host, too', () => {
    const command = String(config.systemd.services['lunchbox-metadata']?.serviceConfig.ExecStart);
    sh(command.replace('/stub/iproute2/bin/', ''), droplet);
    expect(toMetadata()).toEqual([]);
    expect(fromPod()).not.toContain('80');
  });

  it('takes away what it made when it stops', () => {
    sh(config.networking.firewall.extraStopCommands, droplet);
    const { stdout } = spawnSync(
      'ip',
      [
        'netns',
        'exec',
        droplet,
        'bash',
        '-c',
        'iptables-save -t mangle; iptables-save -t raw; ip6tables-save -t mangle',
      ],
      {
        encoding: 'utf8',
      },
    );
    expect(stdout.split('\n').filter((line) => /^-A|lunchbox/.test(line))).toEqual([]);
    expect(fromInternet()).toContain(String(NODE_PORT));
  });
});
