#!/usr/bin/env bash
# Puts a backup into the place of what is there: restore.sh SNAPSHOT, by its id. Everything is fetched and checked before k3s is stopped;
# what was there is kept beside it, and comes back when k3s does not get ready within RESTORE_LIMIT seconds.
#
# RESTORE_CONFIRM must be the id of the snapshot: nobody restores by mistake.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=mounts.sh
. "$(dirname "${BASH_SOURCE[0]}")/mounts.sh"

: "${RESTORE_LIMIT:=600}"
: "${CGROUP_DIR:=/sys/fs/cgroup}"

snapshot=${1-}
[[ $snapshot =~ ^[0-9a-f]{8,64}$ ]] || fail "restore.sh takes the id of a snapshot, not \`$snapshot\`" "See lunchbox host ENV backup list."
[ "${RESTORE_CONFIRM-}" = "$snapshot" ] || fail "nothing was confirmed: this replaces k3s' state and all volumes by those of $snapshot" \
  "Set RESTORE_CONFIRM=$snapshot to go on."
need restic sqlite3 flock awk curl k3s systemctl
check_settings
log=$BACKUP_STATE_DIR/last-restore.log
begin
: > "$log"
check_bucket

stamp=$(date +%Y%m%d-%H%M%S)
storage_parent=$(dirname "$STORAGE_DIR")
mkdir -p "$K3S_DATA_DIR" "$storage_parent"
if mountpoint -q "$STORAGE_DIR" 2> /dev/null; then
  fail "$STORAGE_DIR is a mount of its own, which cannot be replaced as a whole" "Set STORAGE_DIR to a folder in it."
fi
# On the same disks as what they replace, so that they take its place at once.
fetched=$K3S_DATA_DIR/.lunchbox-restore
volumes=$storage_parent/.lunchbox-restore-volumes
rm -rf "$fetched" "$volumes"
mkdir -p "$fetched" "$volumes"
trap 'rm -rf "$work" "$errors" "$fetched" "$volumes"' EXIT

# What is replaced is kept, so all of it has to fit beside what is there; k3s' state is on the same
# disk, unless somebody has put it elsewhere by hand. Files end within a block: half of one each.
restic_or_fail stats --mode restore-size --json "$snapshot" > "$work/stats"
needed=$(awk -F '[:,{}]' '{ for (i = 2; i < NF; i++) { if ($i == "\"total_size\"") size = $(i + 1); if ($i == "\"total_file_count\"") files = $(i + 1) } }
  END { if (size == "") exit 1; printf "%.0f", size + 2048 * files }' "$work/stats") ||
  fail "restic does not say how much $snapshot holds: $(last_line < "$work/stats")" "See what restic stats says on the machine."
enough_room "$storage_parent" "$needed" "$snapshot"

say "fetches $snapshot"
restic_or_fail restore --quiet "$snapshot" --target "$fetched" --include "$STAGE_NAME" > /dev/null
layout=$(find "$fetched" -maxdepth 12 -type f -path "*/$STAGE_NAME/layout" -print -quit)
[ -n "$layout" ] || fail "$snapshot holds no backup of k3s" "Choose another: lunchbox host ENV backup list."
stage=$(dirname "$layout")
value() { sed -n "s/^$1=//p" "$layout"; }
datastore=$(value datastore)
old_storage=$(value storage)
restic_or_fail restore --quiet "$snapshot" --target "$volumes" --include "$(as_pattern "$old_storage")" > /dev/null
new_storage=$volumes$old_storage
mkdir -p "$new_storage"

# Redis' files were copied apart from the rest. On one disk they take their place without room of their own.
if [ -d "$stage/redis" ]; then
  while IFS= read -r folder; do
    relative=${folder#"$stage/redis/"}
    mkdir -p "$new_storage/$(dirname "$relative")"
    rm -rf "${new_storage:?}/$relative"
    mv "$folder" "$new_storage/$relative"
    manifests=("$new_storage/$relative"/*.manifest)
    chown --reference="${manifests[0]}" "$new_storage/$relative"
    chmod 0755 "$new_storage/$relative"
  done < <(find "$stage/redis" -type d -name appendonlydir -prune)
fi

[ -s "$stage/server/token" ] || fail "$snapshot holds no token of k3s" "Choose another: lunchbox host ENV backup list."
case $datastore in
  sqlite)
    [ "$(sqlite3 "$stage/server/db/state.db" 'PRAGMA integrity_check' 2> /dev/null)" = ok ] ||
      fail "the datastore in $snapshot is damaged" "Choose another: lunchbox host ENV backup list." ;;
  etcd)
    etcd_snapshot=$(find "$stage/etcd" -type f -size +0 -print -quit)
    [ -n "$etcd_snapshot" ] || fail "$snapshot holds no datastore" "Choose another: lunchbox host ENV backup list."
    rm -rf "$stage/server/db" ;;
  *) fail "$snapshot holds a datastore of a kind that is not known here: $datastore" "Use the version of Lunchbox that made it." ;;
esac

# What k3s or NixOS put there and no backup holds, such as manifests, stays.
if [ -d "$K3S_DATA_DIR/server" ]; then
  for entry in "$K3S_DATA_DIR/server"/*; do
    name=$(basename "$entry")
    case $name in db | tls | cred | token | agent-token | node-token) continue ;; esac
    [ ! -e "$entry" ] || cp -a "$entry" "$stage/server/"
  done
fi

# k3s lets its pods run on when it is stopped: nobody may write to what is moved away.
stop_k3s() {
  systemctl stop k3s.service 9>&- || return 1
  local group
  for group in "$CGROUP_DIR"/system.slice/k3s.service "$CGROUP_DIR"/kubepods*; do
    [ ! -w "$group/cgroup.kill" ] || echo 1 > "$group/cgroup.kill" || return 1
  done
}

live=("$K3S_DATA_DIR/server" "$STORAGE_DIR")
new=("$stage/server" "$new_storage")
if [ -f "$stage/node-password" ]; then
  mkdir -p "$(dirname "$NODE_PASSWORD_FILE")"
  # It may be on another disk than what was fetched.
  cp -p "$stage/node-password" "$NODE_PASSWORD_FILE.lunchbox-restore"
  live+=("$NODE_PASSWORD_FILE")
  new+=("$NODE_PASSWORD_FILE.lunchbox-restore")
fi
placed=0

put_in_place() {
  local index
  for index in "${!live[@]}"; do
    placed=$((index + 1))
    if [ -e "${live[index]}" ]; then mv "${live[index]}" "${live[index]}.before-$stamp" || return 1; fi
    mv "${new[index]}" "${live[index]}" || return 1
  done
  sync
}

put_back() {
  local index
  for ((index = placed - 1; index >= 0; index--)); do
    if [ -e "${live[index]}.before-$stamp" ]; then
      rm -rf "${live[index]}"
      mv "${live[index]}.before-$stamp" "${live[index]}" || return 1
    fi
  done
}

start_k3s() {
  if [ "$datastore" = etcd ]; then
    say "resets etcd to the snapshot"
    cp -p "$etcd_snapshot" "$K3S_DATA_DIR/server/lunchbox-etcd-snapshot" || return 1
    k3s server --cluster-reset --cluster-reset-restore-path="$K3S_DATA_DIR/server/lunchbox-etcd-snapshot" \
      --data-dir "$K3S_DATA_DIR" --token-file "$K3S_DATA_DIR/server/token" > "$work/reset" 2>&1 9>&- || {
      say "k3s could not be reset to the snapshot: $(last_line < "$work/reset")"
      return 1
    }
    rm -f "$K3S_DATA_DIR/server/lunchbox-etcd-snapshot"
  fi
  systemctl start k3s.service 9>&-
}

# seconds
wait_until_ready() {
  local until=$(($(date +%s) + $1))
  until ready; do
    [ "$(date +%s)" -lt "$until" ] || return 1
    sleep 1
  done
}

# Why it failed, and what to do then.
why=''
remedy="See journalctl -u k3s on the machine, and whether the snapshot is of this cluster."
anew="Start the machine anew (lunchbox host ENV reboot)"

failing() {
  why=$1
  say "$why"
  return 1
}

restore() {
  say "stops k3s and its pods"
  stop_k3s || failing "k3s cannot be stopped" || return 1
  unmount_pods || { remedy="$anew, and restore again." && failing "$why"; } || return 1
  put_in_place || failing "what was fetched cannot be put in place" || return 1
  say "starts k3s"
  start_k3s || failing "k3s does not start" || return 1
  wait_until_ready "$RESTORE_LIMIT" || failing "k3s was not ready within $RESTORE_LIMIT seconds"
}

if restore; then
  say "restored $snapshot: k3s is ready"
  kept=()
  for path in "${live[@]}"; do
    [ ! -e "$path.before-$stamp" ] || kept+=("$path.before-$stamp")
  done
  [ "${#kept[@]}" = 0 ] || say "kept what was there, which takes $(in_words "$(taken "${kept[@]}")"); when nobody needs it any more, remove it: $(removal "${kept[@]}")"
  exit 0
fi
say "puts back what was there"
if [ "$placed" -gt 0 ]; then
  stop_k3s || true
  place="it lies beside its place, with .before-$stamp behind its name"
  unmount_pods || fail "what was there could not be put back, because $why: $place" "$anew, stop k3s, move it back by hand, and start k3s."
  put_back || fail "what was there could not be put back: $place" "Move it back by hand, and start k3s."
fi
systemctl start k3s.service 9>&- || true
if wait_until_ready "$RESTORE_LIMIT"; then fail "$snapshot could not be restored: $why; what was there runs again" "$remedy"; fi
fail "$snapshot could not be restored: $why; what was there is in its place, but k3s is not ready" "See journalctl -u k3s on the machine."
