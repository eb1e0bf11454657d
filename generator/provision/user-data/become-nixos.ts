/** The commit of nixos-infect that a droplet runs, and the checksum of its script. It has no releases. */
const INFECT_COMMIT = '7563801d3ae68c975e4027f4e31a3906dca95f30';
export const INFECT_SHA256 = '4cc3b5f8e4333ab4f02906d80a836c1b36e2887a51abf4eba4d9113b33934393';
export const INFECT_URL = `https://raw.githubusercontent.com/elitak/nixos-infect/${INFECT_COMMIT}/nixos-infect`;
/** The installer of one release of Nix, which knows the checksums of what it downloads. */
const NIX_INSTALL_URL = 'https://releases.nixos.org/nix/nix-2.34.7/install';
export const NIX_CHANNEL = 'nixos-26.05';

/** Where the script lies, logs, and says that all of it went well. The last is gone after a reboot. */
export const SCRIPT_PATH = '/root/become-nixos.sh';
export const LOG_PATH = '/var/log/become-nixos.log';
export const MARKER_PATH = '/run/become-nixos.ok';

/**
 * The script that turns a running Ubuntu into NixOS, up to but without the reboot. It refuses before it changes
 * anything, fails at the first error, and leaves its marker only when the next boot will be NixOS.
 */
export function becomeNixosScript(): string {
  return `#!/usr/bin/env bash
# Turns this Ubuntu droplet into NixOS, up to but without the reboot.
set -euo pipefail
# Nix is for every user of the machine.
umask 022

infect_url=${INFECT_URL}
infect_sha256=${INFECT_SHA256}
marker=${MARKER_PATH}
log=${LOG_PATH}

say() { printf 'become-nixos: %s\\n' "$*"; }
refuse() {
  say "refused, nothing was changed: $*"
  exit 1
}
fail() {
  say "failed half-way: $*"
  exit 1
}
trap 'say "failed half-way, in line $LINENO: $BASH_COMMAND"' ERR

rm -f "$marker"

# A conversion that broke off cannot be taken up again: nixos-infect skips what it finds.
for trace in /etc/NIXOS /etc/NIXOS_LUSTRATE /etc/nixos/configuration.nix; do
  [ ! -e "$trace" ] || refuse "$trace is there: a conversion has begun here before. Remove the droplet and create it anew."
done
[ "$(id -u)" -eq 0 ] || refuse 'only root can do this.'
grep -q '^ID=ubuntu$' /etc/os-release || refuse 'this is no Ubuntu.'
[ -f /etc/nixos/host.nix ] || refuse '/etc/nixos/host.nix is not there.'
[ ! -d /sys/firmware/efi ] || refuse 'this machine boots by EFI, and droplets boot by BIOS.'
grep -qE '^([^#]* )?(ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]+ AAAA' /root/.ssh/authorized_keys 2>/dev/null ||
  refuse 'root has no SSH key: nobody could log in afterwards. Choose one when the droplet is created, or name it under droplet.ssh.operators.'
memory=$(awk '/^MemTotal:/ { print $2 }' /proc/meminfo)
[ "$memory" -ge 1800000 ] || refuse "there are $memory kB of memory; 2 GB are needed."
disk=$(df --output=avail -k / | tail -n 1)
[ "$disk" -ge 8388608 ] || refuse "there are $disk kB free on the disk; 8 GiB are needed."
if [ -z "$(ip -6 route show default)" ] || [ -z "$(ip -6 address show scope global)" ]; then
  refuse 'there is no IPv6: NixOS would start with a failed unit. Create the droplet with IPv6.'
fi

work=$(mktemp -d)
curl --proto '=https' --tlsv1.2 -fsSL --retry 5 --retry-all-errors -o "$work/nixos-infect" "$infect_url"
printf '%s  %s\\n' "$infect_sha256" "$work/nixos-infect" | sha256sum --check --status ||
  refuse "what $infect_url gave is not the pinned nixos-infect."
say "nixos-infect has the pinned checksum $infect_sha256"

# Both are mounted on newer Ubuntu, where neither could be moved away; a droplet boots from its disk.
for mount in /boot/efi /boot; do
  if mountpoint -q "$mount"; then umount "$mount"; fi
done
sed -i -E '\\#^[^[:space:]]+[[:space:]]+/boot(/efi)?[[:space:]]#d' /etc/fstab

# Without bootFs the last step fails on machines that boot by BIOS.
export PROVIDER=digitalocean NIX_CHANNEL=${NIX_CHANNEL} NIXOS_IMPORT=./host.nix bootFs=/boot NO_REBOOT=1
export NIX_INSTALL_URL=${NIX_INSTALL_URL}
bash "$work/nixos-infect"

[ -e /nix/var/nix/profiles/system/init ] || fail 'there is no NixOS to boot.'
[ -s /etc/NIXOS_LUSTRATE ] || fail 'the old root would not be moved away.'
grep -qsi nixos /boot/grub/grub.cfg || fail 'the boot loader does not know NixOS.'
# What was said here outlives the reboot.
printf '%s\\n' "\${log#/}" >>/etc/NIXOS_LUSTRATE

cat /proc/sys/kernel/random/boot_id >"$marker.new"
mv "$marker.new" "$marker"
say 'done: the next boot is NixOS.'
`;
}
