/**
 * Where things lie on a machine. All but the source and the build are in /run: a reboot, which starts the generation that
 * was confirmed last, forgets what was not.
 */
export const COMMON = `
set -u
umask 077
# Empty on a machine; tests have one in a folder.
root="\${LUNCHBOX_ROOT-}"
run="$root/run/lunchbox/host"
state="$root/var/lib/lunchbox/host"
profile="$root/nix/var/nix/profiles/system"
current="$root/run/current-system"
pending="$run/pending"
mkdir -p "$run" "$state"
fail() { printf '%s\\n' "$*" >&2; exit 64; }
# One at a time, for what takes moments.
exclusive() { exec 9> "$run/guard"; flock -w 20 9 || fail 'somebody else works on this machine'; }
`.trim();
