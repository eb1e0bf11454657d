#!/usr/bin/env bash
# Keeps k3s from beginning an empty cluster while its state lies somewhere else.
#
#   state.sh same PLACE    before a switch: is PLACE where the state was when k3s last ran?
#   state.sh check PLACE   before k3s starts, with everything mounted: the same, and is it there?
#   state.sh note PLACE    once k3s runs
#
# PLACE is where the configuration has it, in words: `the volume shop-prod`, or `the root disk`. Ends with 1 when k3s would
# begin anew. A machine on which it never ran has no note, and may begin.
set -eu

: "${STATE:=/var/lib/rancher/k3s/server/db}"
# On the root disk, whatever is mounted.
: "${NOTE:=/var/lib/lunchbox/k3s-state}"
: "${ROOT:=/}"

what=$1
place=$2

# refuse WHAT REMEDY
refuse() {
  echo "error: $1" >&2
  echo "remedy: $2" >&2
  exit 1
}

filled() {
  [ -n "$(ls -A "$1" 2> /dev/null)" ]
}

# What lies on the root disk below what is mounted over it: its root once more, alone, where nobody else sees it.
filled_below() {
  local folder code=0
  folder=$(mktemp -d)
  # shellcheck disable=SC2016
  unshare --mount sh -c 'mount --bind "$1" "$2" || exit 2; [ -n "$(ls -A "$2/$3" 2> /dev/null)" ] || exit 3' sh \
    "$ROOT" "$folder" "${STATE#"$ROOT"}" || code=$?
  rmdir "$folder"
  case $code in
    0) return 0 ;;
    3) return 1 ;;
    *) refuse "what lies on the root disk below $place cannot be looked at" "See that util-linux is at hand, and start k3s again." ;;
  esac
}

begin_anew="to begin an empty cluster all the same, remove $NOTE"

same() {
  noted=
  [ ! -s "$NOTE" ] || read -r noted < "$NOTE" || true
  [ -z "$noted" ] || [ "$noted" = "$place" ] ||
    refuse "k3s' state is on $noted, and this configuration has it on $place, where k3s would begin an empty cluster" \
      "Write droplet.volume in lunchbox.yaml as it was. To move: back up, replace the droplet, restore; $begin_anew."
}

case $what in
  same) same ;;
  check)
    same
    if filled "$STATE"; then exit 0; fi
    [ -z "$noted" ] || refuse "k3s' state was on $place, and there is none now: k3s would begin an empty cluster" \
      "Attach the disk that holds it, or restore a backup; $begin_anew."
    if filled_below; then
      refuse "k3s' state is on the root disk, below $place, which holds none: k3s would begin an empty cluster" \
        "Write droplet.volume in lunchbox.yaml as it was. To move: back up, replace the droplet, restore."
    fi
    ;;
  note)
    if filled "$STATE"; then
      folder=$(dirname "$NOTE")
      [ -d "$folder" ] || mkdir -m 0700 "$folder"
      printf '%s\n' "$place" > "$NOTE.new"
      mv "$NOTE.new" "$NOTE"
    fi
    ;;
  *) refuse "state.sh knows no \`$what\`" "Say same, check or note." ;;
esac
