# shellcheck shell=bash
# How much room there is, how much something takes, and what may go.

# Bytes that stay free for what runs meanwhile: a twentieth of the disk, below which kubelet ends pods, or this many if
# that is more. RESTORE_RESERVE says it otherwise.
LEAST_RESERVE=536870912

# bytes → `1.5 GiB`
in_words() {
  awk -v bytes="$1" 'BEGIN {
    split("B KiB MiB GiB TiB", unit)
    for (at = 1; bytes >= 1024 && at < 5; at++) bytes /= 1024
    printf at == 1 ? "%d %s\n" : "%.1f %s\n", bytes, unit[at]
  }'
}

# Bytes of what is at these paths.
taken() { du -csB1 -- "$@" | tail -n 1 | cut -f 1; }

# The command that removes what is at these paths, to be copied.
removal() {
  printf 'rm -rf'
  printf ' %s' "${@@Q}"
}

# Whether something has what is in a folder mounted elsewhere. Pods do when what is in it was moved away below them.
is_mounted() {
  local name root
  name=$(basename "$1")
  while read -r _ _ _ root _; do
    printf -v root '%b' "${root//\\/\\0}"
    [[ "$root/" != */"$name"/* ]] || return 0
  done < /proc/self/mountinfo
  return 1
}

# What to do on a disk without room. What earlier restores kept is mostly what nobody needs.
make_room() {
  local path kept=() larger="make it larger (droplet.volume in lunchbox.yaml)"
  for path in "$K3S_DATA_DIR/server".before-* "$STORAGE_DIR".before-* "$NODE_PASSWORD_FILE".before-*; do
    if [ -e "$path" ] && ! is_mounted "$path"; then kept+=("$path"); fi
  done
  if [ "${#kept[@]}" = 0 ]; then
    echo "Make room on it, or $larger."
  else
    echo "Make room on it, or $larger. Earlier restores kept $(in_words "$(taken "${kept[@]}")"); if nobody needs that any more, remove it: $(removal "${kept[@]}")"
  fi
}

# enough_room FOLDER BYTES WHAT: ends when the disk of a folder has no room for so many bytes and for what runs there.
enough_room() {
  local size free reserve=${RESTORE_RESERVE-}
  read -r size free <<< "$(df -B1 --output=size,avail -- "$1" | tail -n 1)"
  if [ -z "$reserve" ]; then
    reserve=$((size / 20))
    [ "$reserve" -ge "$LEAST_RESERVE" ] || reserve=$LEAST_RESERVE
  fi
  [ $(($2 + reserve)) -le "$free" ] ||
    fail "$3 takes $(in_words "$2"), and the disk of $1 has $(in_words "$free") free, $(in_words "$reserve") of which are for what runs there" "$(make_room)"
}
