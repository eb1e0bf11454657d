#!/usr/bin/env bash
# Backs up what a droplet cannot be made from again: k3s' datastore with its token and certificates, and the volumes of
# pods. restic encrypts, and sends only what is new. Exit code 0: done; 3: done, but some files could not be read.
#
# BACKUP_KEEP_DAILY, _WEEKLY, _MONTHLY say how many are kept (BACKUP_PRUNE=no keeps all), BACKUP_CHECK_SHARE how much of
# the repository is read back each time (none: nothing).
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

need restic sqlite3 flock awk curl
check_settings
log=$BACKUP_STATE_DIR/last.log
begin
rm -f "$BACKUP_STATE_DIR/last.json"
: > "$log"
check_bucket

stage=$work/$STAGE_NAME
excludes=$work/excludes
server=$K3S_DATA_DIR/server
mkdir -p "$stage/server/db"
: > "$excludes"

# A copy as of one moment, while k3s goes on writing. The read transaction around it holds that moment fast: without it
# the copy would begin anew with every write of another process.
copy_sqlite() {
  local to=$stage/server/db/state.db
  (cd "$stage/server/db" && sqlite3 -readonly "$server/db/state.db" \
    '.timeout 60000' 'BEGIN' 'SELECT count(*) FROM sqlite_master' '.backup state.db' 'COMMIT' > /dev/null) ||
    fail "k3s' datastore $server/db/state.db cannot be copied" "See whether the disk is full, and what sqlite3 says of it."
  [ "$(sqlite3 "$to" 'PRAGMA integrity_check')" = ok ] ||
    fail "k3s' datastore $server/db/state.db is damaged" "Keep the last good backup, and restore it."
}

copy_etcd() {
  mkdir -p "$stage/etcd"
  k3s etcd-snapshot save --name lunchbox --etcd-snapshot-dir "$stage/etcd" > /dev/null 2> "$errors" 9>&- ||
    fail "etcd gives no snapshot: $(last_line < "$errors")" "See that k3s runs: systemctl status k3s."
  [ -n "$(find "$stage/etcd" -type f -size +0 -print -quit)" ] ||
    fail "k3s etcd-snapshot wrote no snapshot" "See that k3s runs: systemctl status k3s."
}

if [ -d "$server/db/etcd" ]; then
  datastore=etcd
  copy_etcd
elif [ -f "$server/db/state.db" ]; then
  datastore=sqlite
  copy_sqlite
else
  fail "k3s keeps no datastore in $server/db" "See that k3s has started on this machine, and that K3S_DATA_DIR is right."
fi

# Without the token nobody can read what the datastore holds encrypted.
[ -s "$server/token" ] || fail "k3s keeps no token in $server" "See that k3s has started on this machine."
for name in token agent-token node-token cred tls; do
  [ ! -e "$server/$name" ] || cp -a "$server/$name" "$stage/server/"
done
if [ -f "$NODE_PASSWORD_FILE" ]; then cp -p "$NODE_PASSWORD_FILE" "$stage/node-password"; fi

# Redis' append-only files while it writes. Its manifest names a set of files that belong together: all but the last are
# never written again, and the last only grows, of which any beginning is whole but for a command cut off, which Redis
# drops. So: read the manifest, copy what it names, and read it again. Unless it is the same, begin anew. That asks for
# no password and no API, and works while Redis stands still, too.
copy_append_only() {
  local manifest=$1 to=$2 from name before
  from=$(dirname "$manifest")
  for _ in $(seq 100); do
    rm -rf "$to"
    mkdir -p "$to"
    if before=$(cat "$manifest" 2> /dev/null) && [ -n "$before" ] &&
      (while read -r _ name _; do cp -p "$from/$name" "$to/" 2> /dev/null || exit 1; done < <(awk '$6 != "h"' <<< "$before")) &&
      [ "$(cat "$manifest" 2> /dev/null)" = "$before" ]; then
      awk '$6 != "h"' <<< "$before" > "$to/$(basename "$manifest")"
      chown --reference="$manifest" "$to/$(basename "$manifest")"
      chmod --reference="$manifest" "$to/$(basename "$manifest")"
      return 0
    fi
    sleep 0.2
  done
  fail "Redis rewrites $from all the time: no copy of it could be made" "Run this again when it has less to do."
}

redis=0
paths=("$stage")
if [ -d "$STORAGE_DIR" ]; then
  while IFS= read -r manifest; do
    folder=$(dirname "$manifest")
    copy_append_only "$manifest" "$stage/redis/${folder#"$STORAGE_DIR/"}"
    as_pattern "$folder" >> "$excludes"
    redis=$((redis + 1))
  done < <(find "$STORAGE_DIR" -mindepth 2 -maxdepth 4 -type f -name '*.manifest' ! -name 'temp-*' -path '*/appendonlydir/*')
  # What Redis is still writing, and renames when it is whole.
  printf '%s\n' 'temp-*.rdb' 'temp-rewriteaof-*.aof' >> "$excludes"
  paths+=("$STORAGE_DIR")
fi
printf '%s\n' "storage=$STORAGE_DIR" "datastore=$datastore" "redis=$redis" > "$stage/layout"

# The first one makes the repository; never a bucket.
if ! restic cat config > /dev/null 2> "$errors" 9>&-; then
  case $(cat "$errors") in
    *x509* | *refused* | *timeout* | *[Dd]enied*) explain ;;
    *"Is there a repository"* | *"repository does not exist"* | *"config file does not exist"*)
      say "makes a new repository at $RESTIC_REPOSITORY"
      restic_or_fail init > /dev/null ;;
    *) explain ;;
  esac
fi
restic_or_fail unlock > /dev/null

incomplete=false
summary=$work/summary.json
send() {
  local code=0
  restic backup --json --host "$BACKUP_NAME" --tag "$TAG" --exclude-file "$excludes" "${paths[@]}" > "$work/said" 2> "$errors" 9>&- || code=$?
  grep '"message_type":"summary"' "$work/said" > "$summary" || [ "$code" != 0 ] || code=1
  return "$code"
}
code=0
send || code=$?
# A file that vanished while it was read is mostly gone for good: what is there is sent again.
if [ "$code" = 3 ]; then
  code=0
  send || code=$?
fi
case $code in
  0) ;;
  3)
    incomplete=true
    say "warning: some files could not be read: $(without_secrets < "$errors" | last_line)" ;;
  *) explain ;;
esac

if [ "${BACKUP_PRUNE:-yes}" != no ]; then
  restic_or_fail forget --quiet --host "$BACKUP_NAME" --tag "$TAG" --group-by host,tags --prune \
    --keep-daily "${BACKUP_KEEP_DAILY:-7}" --keep-weekly "${BACKUP_KEEP_WEEKLY:-5}" --keep-monthly "${BACKUP_KEEP_MONTHLY:-6}" \
    --keep-last "${BACKUP_KEEP_LAST:-3}" > /dev/null
fi
share=${BACKUP_CHECK_SHARE:-2%}
if [ "$share" != none ]; then
  restic_or_fail check --quiet --read-data-subset="$share" > /dev/null
fi

printf '{"finished":%s,"incomplete":%s,"datastore":"%s","redis":%s,"summary":%s}\n' \
  "$(date +%s)" "$incomplete" "$datastore" "$redis" "$(cat "$summary")" > "$BACKUP_STATE_DIR/last.json.new"
mv "$BACKUP_STATE_DIR/last.json.new" "$BACKUP_STATE_DIR/last.json"
# Stays when a later one fails: how old the last good one is, `lunchbox host` says.
if [ "$incomplete" = false ]; then
  date +%s > "$BACKUP_STATE_DIR/last-good.new"
  mv "$BACKUP_STATE_DIR/last-good.new" "$BACKUP_STATE_DIR/last-good"
  # For whoever asks the cluster, and may not come to this machine.
  k3s kubectl annotate --overwrite namespace kube-system "lunchbox.dev/last-good-backup=$(cat "$BACKUP_STATE_DIR/last-good")" > /dev/null 2> "$errors" 9>&- ||
    say "warning: the cluster could not be told of this backup: $(last_line < "$errors")"
fi
say "backed up: $datastore, $redis Redis, $((${#paths[@]} - 1)) folder of volumes"
[ "$incomplete" = false ] || exit 3
