import { createHash } from 'node:crypto';

/*
 * What runs on the machine that the tests play: each program does what the real one does as far as it can be seen from
 * outside, and no more.
 */

/** Where the tests tell the machine what shall go wrong; a file for each. */
export const MODES = '/opt/lunchbox-test/modes';

/** As nixos-infect of the pinned commit on a machine that boots by BIOS: the same traps, the same traces. */
export const FAKE_INFECT = `#!/usr/bin/env bash
set -e
[ -e ${MODES}/infect-fails-at-once ] && { echo 'error: unable to download'; exit 1; }
for name in PROVIDER NIX_CHANNEL NIXOS_IMPORT NIX_INSTALL_URL NO_REBOOT; do
  [ -n "\${!name}" ] || { echo "nixos-infect: $name is not set"; exit 1; }
done
mkdir -p /etc/nixos
echo '{ }' >/etc/nixos/configuration.nix
echo '{ }' >/etc/nixos/networking.nix
[ -e ${MODES}/infect-takes-long ] && sleep 3
mkdir -p /nix/var/nix/profiles/system
[ -e ${MODES}/infect-fails-half-way ] && { echo 'error: out of memory'; exit 1; }
echo '#!/bin/sh' >/nix/var/nix/profiles/system/init
touch /etc/NIXOS
{ echo etc/nixos; echo etc/resolv.conf; (cd / && ls etc/ssh/ssh_host_*_key*); } >>/etc/NIXOS_LUSTRATE
rm -rf /boot.bak
for mount in /boot/efi /boot; do
  if mountpoint -q "$mount"; then echo "mv: cannot move '$mount': Device or resource busy"; exit 1; fi
done
cp -a /boot "$bootFs.bak" 2>/dev/null || { echo "mv: missing destination file operand after '.bak'"; exit 1; }
[ -e ${MODES}/boot-loader-fails ] && exit 0
mkdir -p /boot/grub
echo 'menuentry "NixOS"' >/boot/grub/grub.cfg
`;
export const FAKE_INFECT_SHA256 = createHash('sha256').update(FAKE_INFECT).digest('hex');
export const FAKE_INFECT_URL = 'http://127.0.0.1:8099/nixos-infect';

/** Serves nixos-infect on the machine's own loopback. */
export const SERVE = `
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
createServer((request, response) => response.end(readFileSync('/opt/lunchbox-test/nixos-infect'))).listen(8099, '127.0.0.1');
`;

/** Listens at ports, and answers what is asked there. */
export const LISTEN = `
import { createServer } from 'node:net';
for (const port of process.argv.slice(2))
  createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => socket.end('HTTP/1.1 404 Not Found\\r\\nContent-Length: 0\\r\\n\\r\\n'));
  }).listen(Number(port), '::');
`;

const SYSTEMCTL = `#!/bin/sh
case "$1 $2" in
  'is-system-running '*) if [ -e ${MODES}/unit-fails ] || [ -e ${MODES}/backup-fails ]; then echo degraded; exit 1; fi; echo running ;;
  'list-units '*)
    [ ! -e ${MODES}/backup-fails ] || echo "lunchbox-backup.service loaded failed failed Backup of the cluster's state and volumes"
    [ ! -e ${MODES}/unit-fails ] || echo 'network-addresses-eth0.service loaded failed failed Address configuration of eth0' ;;
  'reboot '*) touch /run/reboot-now ;;
  'restart sshd') kill -HUP "$(cat /run/sshd.pid)" ;;
  'is-active --quiet')
    pid=$(cat "/run/unit-$3" 2>/dev/null) || exit 3
    kill -0 "$pid" 2>/dev/null || exit 3 ;;
  *) echo "systemctl: not played here: $*" >&2; exit 1 ;;
esac
`;

const CLOUD_INIT = `#!/bin/sh
[ "$1" = status ] || exit 1
echo "status: $(cat /run/cloud-init-status 2>/dev/null || echo 'not run')"
`;

const SYSTEMD_RUN = `#!/bin/sh
while :; do
  case "$1" in
    --unit=*) unit=\${1#--unit=} ;;
    --setenv=*) export "\${1#--setenv=}" ;;
    --*) ;;
    *) break ;;
  esac
  shift
done
setsid "$@" </dev/null >/dev/null 2>&1 &
echo $! >"/run/unit-$unit"
`;

const NIXOS_REBUILD = `#!/bin/sh
set -e
case "$1 $2" in 'switch --flake' | 'build --flake') ;; *) echo "nixos-rebuild: $*"; exit 2 ;; esac
case "$3" in path:/*#*) ;; *) echo "no flake: $3"; exit 2 ;; esac
flake=\${3#path:}
name=\${flake#*#}
flake=\${flake%#*}
echo "building the system configuration..."
for file in flake.nix flake.lock nixos/host.nix "clusters/$name/host.json"; do
  [ -s "$flake/$file" ] || { echo "error: path '$file' does not exist"; exit 1; }
done
[ -x "$flake/nixos/backup/now.sh" ] || { echo 'error: not executable'; exit 1; }
grep -q '"address"' "$flake/clusters/$name/host.json" || { echo 'error: no address'; exit 1; }
[ -e ${MODES}/build-fails ] && {
  printf '%s\\n' '-----BEGIN PRIVATE KEY-----' c3RyYXktc2VjcmV0 '-----END PRIVATE KEY-----'
  echo "error: attribute 'k3ss' missing"
  exit 1
}
[ -e ${MODES}/build-dies ] && { kill -9 $PPID; exit 1; }
sleep 0.5
[ "$1" = build ] && exit 0
mkdir -p /var/lib/rancher/k3s/server
[ -s /var/lib/rancher/k3s/server/token ] || echo "K10$(head -c 32 /dev/urandom | sha256sum | cut -c 1-64)::server:$(head -c 16 /dev/urandom | sha256sum | cut -c 1-32)" >/var/lib/rancher/k3s/server/token
echo "$(cat /opt/lunchbox-test/switches 2>/dev/null)x" >/opt/lunchbox-test/switches
/opt/lunchbox-test/start-k3s
echo 'activating the configuration...'
`;

/** Starts what would listen; does no harm twice. */
export const startK3s = (node: string) => `#!/bin/sh
[ -e /run/k3s-ports ] && exit 0
ports='80 443'
[ -e ${MODES}/open-ports ] && ports="$ports $(cat ${MODES}/open-ports)"
[ -e ${MODES}/no-ingress ] && ports=''
setsid ${node} /opt/lunchbox-test/listen.mjs $ports </dev/null >/dev/null 2>&1 &
echo $! >/run/k3s-ports
`;

const K3S = `#!/bin/sh
[ "$1" = kubectl ] || exit 1
shift
[ -e /run/k3s-ports ] || { echo 'The connection to the server 127.0.0.1:6443 was refused' >&2; exit 1; }
objects=/var/lib/rancher/objects
mkdir -p "$objects"
status() { echo '{"type":"'"$1"'","status":"'"$2"'"}'; }
case "$*" in
  'get --raw /readyz') printf ok ;;
  'get nodes -o json')
    asked=$(( $(cat /run/asked 2>/dev/null || echo 0) + 1 )); echo $asked >/run/asked
    ready=True; [ $asked -lt 3 ] && ready=False
    echo '{"items":[{"metadata":{"name":"n"},"status":{"conditions":['"$(status Ready $ready)"']}}]}' ;;
  'get deployments --namespace kube-system -o json')
    coredns='{"metadata":{"name":"coredns"},"status":{"conditions":['"$(status Available True)"']}}'
    traefik='{"metadata":{"name":"traefik"},"status":{"conditions":['"$(status Available True)"']}}'
    echo '{"items":['"$coredns,$traefik"']}' ;;
  'get secret --namespace '*)
    if [ ! -e "$objects/Secret-$5" ]; then
      case "$*" in *' --ignore-not-found '*) exit 0 ;; esac
    fi
    [ -e "$objects/Secret-$5" ] || { echo 'Error from server (NotFound)' >&2; exit 1; }
    case "$*" in *' -o json') cat "$objects/Secret-$5" ;; esac ;;
  'apply --server-side --force-conflicts --field-manager=lunchbox -f -')
    cat >"$objects/new"
    kind=$(sed -n 's/.*"kind":"\\([A-Za-z]*\\)".*/\\1/p' "$objects/new")
    name=$(sed -n 's/.*"metadata":{[^}]*"name":"\\([a-z0-9-]*\\)".*/\\1/p' "$objects/new")
    mv "$objects/new" "$objects/$kind-$name" ;;
  *) echo "k3s kubectl: not played here: $*" >&2; exit 1 ;;
esac
`;

/** Name -> text of what is on the search path of either system. */
export const PROGRAMS: Readonly<Record<'ubuntu' | 'nixos', Readonly<Record<string, string>>>> = {
  ubuntu: { systemctl: SYSTEMCTL, 'cloud-init': CLOUD_INIT },
  nixos: {
    systemctl: SYSTEMCTL,
    'cloud-init': '#!/bin/sh\nexit 1\n',
    'systemd-run': SYSTEMD_RUN,
    'nixos-rebuild': NIXOS_REBUILD,
    k3s: K3S,
  },
};
