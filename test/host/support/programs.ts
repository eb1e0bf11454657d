/**
 * What a NixOS machine has on its search path, as small programs that keep real state below $LUNCHBOX_ROOT: generations,
 * timers that fire, units, and a k3s that is as well as the system that was activated says.
 */
export const PROGRAMS: Readonly<Record<string, string>> = {
  // The flake holds `system.conf`: what the system that is built from it does to the machine.
  'nixos-rebuild': `#!/bin/sh
echo "nixos-rebuild $*" >> "$LUNCHBOX_ROOT/calls"
[ "$1 $2" = 'build --flake' ] || exit 2
[ "$3" = "path:$LUNCHBOX_ROOT/etc/nixos/lunchbox#prod" ] || exit 2
conf="$LUNCHBOX_ROOT/etc/nixos/lunchbox/system.conf"
echo 'building the system configuration...' >&2
if grep -q '^build=fails' "$conf"; then echo 'error: attribute "gerty" missing' >&2; exit 1; fi
system="$LUNCHBOX_ROOT/nix/store/$(sha256sum "$conf" | cut -c 1-32)-nixos-system-prod"
make-system "$system" "$conf"
ln -sfn "$system" result
`,
  'make-system': `#!/bin/sh
mkdir -p "$1/bin" "$1/sw/bin"
cp "$2" "$1/system.conf"
cat > "$1/bin/switch-to-configuration" <<'END'
#!/bin/sh
system=$(dirname "$(dirname "$(readlink -f "$0")")")
echo "switch-to-configuration $1 $(basename "$system" | cut -c 1-8)" >> "$LUNCHBOX_ROOT/calls"
k3s=well app=well ssh=well code=0 takes=0 hostile=
. "$system/system.conf"
case $1 in
  dry-activate) echo 'would restart the following units: k3s.service' ;;
  boot) echo "$system" > "$LUNCHBOX_ROOT/boot-default" ;;
  test)
    sleep "$takes"
    ln -sfn "$system" "$LUNCHBOX_ROOT/run/current-system.new" && mv -T "$LUNCHBOX_ROOT/run/current-system.new" "$LUNCHBOX_ROOT/run/current-system"
    echo "$k3s" > "$LUNCHBOX_ROOT/k3s"
    echo "$app" > "$LUNCHBOX_ROOT/app"
    keys=$(cat "$LUNCHBOX_ROOT/keys-file")
    if [ "$ssh" = well ]; then cp "$keys.all" "$keys"; else : > "$keys"; fi
    [ "$code" = 0 ] || echo 'warning: the following units failed: k3s.service' >&2
    exit "$code" ;;
  *) exit 2 ;;
esac
END
chmod +x "$1/bin/switch-to-configuration"
`,
  'nix-env': `#!/bin/sh
echo "nix-env $*" >> "$LUNCHBOX_ROOT/calls"
[ "$1 $3" = '-p --set' ] || exit 2
# As on a full disk; going back to what is there is possible.
if [ -e "$LUNCHBOX_ROOT/nix-env-fails" ] && [ "$4" != "$(readlink -f "$2")" ]; then echo 'error: No space left on device' >&2; exit 1; fi
number=$(($(readlink "$2" | sed 's/[^0-9]//g') + 1))
ln -sfn "$4" "$(dirname "$2")/system-$number-link"
ln -sfn "system-$number-link" "$2"
`,
  nvd: `#!/bin/sh
echo "<<< $3"
echo ">>> $4"
echo 'Version changes: k3s 1.35.8 -> 1.36.4'
`,
  'systemd-run': `#!/bin/sh
echo "systemd-run $*" >> "$LUNCHBOX_ROOT/calls"
after=
while [ $# -gt 0 ]; do
  case $1 in
    --unit=*) unit=\${1#*=} ;;
    --on-active=*) after=\${1#*=} ;;
    --setenv=*) export "\${1#*=}" ;;
    --quiet | --collect | --timer-property=*) ;;
    --*) echo "unknown option $1" >&2; exit 1 ;;
    *) break ;;
  esac
  shift
done
units="$LUNCHBOX_ROOT/systemd"
mkdir -p "$units"
[ ! -e "$LUNCHBOX_ROOT/systemd-run-fails" ] || { echo 'Failed to start transient unit' >&2; exit 1; }
[ ! -e "$units/$unit.service" ] && [ ! -e "$units/$unit.timer" ] || { echo "Unit $unit was already loaded" >&2; exit 1; }
if [ -n "$after" ]; then
  touch "$units/$unit.timer"
  setsid sh -c 'echo $$ > "$1.timer"; sleep "$2"; [ -e "$1.timer" ] || exit 0; rm "$1.timer"; unit=$1; shift 2; echo $$ > "$unit.service"; "$@"; rm -f "$unit.service"' sh "$units/$unit" "$after" "$@" < /dev/null > /dev/null 2>&1 &
else
  touch "$units/$unit.service"
  setsid sh -c 'unit=$1; shift; echo $$ > "$unit.service"; "$@"; rm -f "$unit.service"' sh "$units/$unit" "$@" < /dev/null > /dev/null 2>&1 &
fi
`,
  systemctl: `#!/bin/sh
echo "systemctl $*" >> "$LUNCHBOX_ROOT/calls"
units="$LUNCHBOX_ROOT/systemd"
case $* in
  'is-active --quiet '*) [ -e "$units/$3" ] ;;
  'is-active k3s.service') [ "$(cat "$LUNCHBOX_ROOT/k3s")" = well ] && echo active ;;
  'list-units '*) cat "$LUNCHBOX_ROOT/failed" 2> /dev/null ;;
  '--no-block reboot') [ ! -e "$LUNCHBOX_ROOT/reboot-fails" ] || { echo 'Access denied' >&2; exit 1; }; touch "$LUNCHBOX_ROOT/rebooting" ;;
  'stop k3s.service') echo stopped > "$LUNCHBOX_ROOT/k3s" ;;
  'start k3s.service') echo well > "$LUNCHBOX_ROOT/k3s" ;;
  'stop '*)
    pid=$(cat "$units/$2" 2> /dev/null)
    rm -f "$units/$2"
    # A timer whose unit runs is gone already: nobody ends who does this.
    case $2 in *.timer | *activate*) [ -z "$pid" ] || kill -- "-$pid" 2> /dev/null ;; esac
    exit 0 ;;
  'show --property=ExecStart --value lunchbox-backup.service')
    [ ! -e "$LUNCHBOX_ROOT/scripts" ] || echo "{ path=/nix/store/x-bash/bin/bash ; argv[]=/nix/store/x-bash/bin/bash $(cat "$LUNCHBOX_ROOT/scripts")/backup.sh ; ignore_errors=no ; start_time=[n/a] }" ;;
  'show --property=Environment --value lunchbox-backup.service') tr '\\n' ' ' < "$LUNCHBOX_ROOT/unit-environment" ;;
  'show --property=ActiveState --value lunchbox-backup.service') cat "$LUNCHBOX_ROOT/backup-state" 2> /dev/null || echo inactive ;;
  'show --property=Result --value lunchbox-backup.service') cat "$LUNCHBOX_ROOT/backup-result" 2> /dev/null || echo success ;;
  'reset-failed '*) ;;
  'start --no-block lunchbox-backup.service')
    echo activating > "$LUNCHBOX_ROOT/backup-state"
    setsid sh -c 'set -a; . "$LUNCHBOX_ROOT/unit-environment"; . "$LUNCHBOX_ROOT/var/lib/lunchbox/backup.env"; bash "$(cat "$LUNCHBOX_ROOT/scripts")/backup.sh"; code=$?; [ $code = 0 ] || { echo exit-code > "$LUNCHBOX_ROOT/backup-result"; echo failed > "$LUNCHBOX_ROOT/backup-state"; exit; }; echo inactive > "$LUNCHBOX_ROOT/backup-state"' < /dev/null > /dev/null 2>&1 & ;;
  *) echo "unknown: $*" >&2; exit 1 ;;
esac
`,
  k3s: `#!/bin/sh
state=$(cat "$LUNCHBOX_ROOT/k3s")
case $* in
  'kubectl get --raw /readyz') [ "$state" != stopped ] || { echo 'connection refused' >&2; exit 1; }; printf ok ;;
  'kubectl get nodes --no-headers') [ "$state" = well ] && word=Ready || word=NotReady; echo "shop-prod   $word   control-plane   1d   v1.36.4+k3s1" ;;
  *) exit 1 ;;
esac
`,
};
