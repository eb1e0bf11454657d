#!/usr/bin/env bash
# Builds this host's description against newer packages of its release, switches, proves, or goes back. See
# ./unattended-switch.nix, which sets the variables; those with a default below differ in tests alone.
set -euo pipefail

: "${LUNCHBOX_ENVIRONMENT:?}" "${LUNCHBOX_CHANNEL:?}" "${LUNCHBOX_ROLE:?}" "${LUNCHBOX_SECONDS:?}" "${LUNCHBOX_SSH_PORT:?}"
flake=${LUNCHBOX_FLAKE:-/etc/lunchbox/flake}
profile=${LUNCHBOX_PROFILE:-/nix/var/nix/profiles/system}
current=${LUNCHBOX_CURRENT:-/run/current-system}
booted=${LUNCHBOX_BOOTED:-/run/booted-system}
# What `lunchbox host` keeps there, too: who works on the machine, and a switch that nobody has confirmed yet.
run=${LUNCHBOX_RUN:-/run/lunchbox/host}

say() { printf '%s\n' "$*"; }

# Whether SSH greets.
ssh_answers() {
  local greeting
  # shellcheck disable=SC2016 # the inner shell expands it
  greeting=$(timeout 5 "$BASH" -c 'exec 3<>"/dev/tcp/127.0.0.1/$1" && head -c 4 <&3' _ "$LUNCHBOX_SSH_PORT" 2> /dev/null) || return 1
  [ "$greeting" = SSH- ]
}

# Whether k3s runs and, on a server, all nodes are Ready.
k3s_answers() {
  systemctl is-active --quiet k3s.service || return 1
  [ "$LUNCHBOX_ROLE" = server ] || return 0
  [ "$(timeout 10 k3s kubectl get --raw /readyz 2> /dev/null)" = ok ] || return 1
  local ready
  ready=$(timeout 10 k3s kubectl get nodes -o 'jsonpath={range .items[*]}{.status.conditions[?(@.type=="Ready")].status}{"\n"}{end}') || return 1
  [[ "$ready" =~ ^(True[[:space:]]*)+$ ]]
}

answers() { ssh_answers && k3s_answers; }

# Waits until both answer; what k3s said just before a restart does not count.
prove() {
  local end=$((SECONDS + $1)) good=0
  while :; do
    if answers; then good=$((good + 1)); else good=0; fi
    [ "$good" -lt 3 ] || return 0
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 1
  done
}

# Takes the machine's lock as `lunchbox host` does: seconds since 1970, and who has it until then.
take_lock() {
  local now until owner
  now=$(date +%s)
  if [ -f "$run/lock" ]; then
    read -r until owner < "$run/lock"
    [ "$owner" = unattended ] || [ "$until" -le "$now" ] || return 1
  fi
  if [ -f "$run/pending/deadline" ] && [ ! -f "$run/pending/decided" ]; then return 1; fi
  printf '%s unattended\n' "$((now + 7200))" > "$run/lock.new" && mv "$run/lock.new" "$run/lock"
}
# shellcheck disable=SC2317 # when it exits
give_lock_back() {
  local until owner
  exec 9> "$run/guard"
  flock 9
  if [ -f "$run/lock" ]; then
    read -r until owner < "$run/lock"
    [ "$owner" != unattended ] || rm -f "$run/lock"
  fi
  exec 9>&-
}

mkdir -p "$run"
exec 9> "$run/guard"
if ! flock -w 20 9 || ! take_lock; then
  say "somebody works on this machine: nothing to do now"
  exit 0
fi
exec 9>&-
trap give_lock_back EXIT

if ! prove "${LUNCHBOX_SECONDS_BEFORE:-30}"; then
  say "SSH or k3s does not answer: nothing is changed on a host that is not well" >&2
  exit 1
fi

previous=$(readlink -f "$current")
if ! next=$(nix build --no-link --print-out-paths --no-write-lock-file \
  --override-input nixpkgs "$LUNCHBOX_CHANNEL" \
  "path:$(readlink -f "$flake")#nixosConfigurations.$LUNCHBOX_ENVIRONMENT.config.system.build.toplevel" 2> "$run/build.log"); then
  cat "$run/build.log" >&2
  say "building the newest state of $LUNCHBOX_CHANNEL failed: nothing is changed" >&2
  exit 1
fi
cat "$run/build.log" >&2
# Nix only warns of it, and builds what is locked.
if [[ $(<"$run/build.log") == *"does not match any input"* ]]; then
  say "flake.nix has no input \`nixpkgs\` that its hosts follow: updates do not get here. Write:" >&2
  say '  inputs.nixpkgs.url = "github:NixOS/nixpkgs/…"; inputs.lunchbox.inputs.nixpkgs.follows = "nixpkgs";' >&2
  exit 1
fi
if [ "$next" = "$previous" ]; then
  say "nothing new"
  exit 0
fi

switch_to() {
  nix-env --profile "$profile" --set "$1" && "$1/bin/switch-to-configuration" switch
}

say "switching from $previous to $next"
if switch_to "$next" && prove "$LUNCHBOX_SECONDS"; then
  if [ "$(readlink -f "$next/kernel")" != "$(readlink -f "$booted/kernel")" ]; then
    touch "$run/reboot-needed"
    say "done; the new kernel runs after the next reboot"
  else
    say "done"
  fi
  exit 0
fi

say "SSH and k3s did not answer within $LUNCHBOX_SECONDS s, or the switch failed: going back to $previous" >&2
if switch_to "$previous" && prove "$LUNCHBOX_SECONDS"; then
  say "$previous runs again" >&2
else
  say "$previous does not answer either: somebody has to look" >&2
fi
exit 1
