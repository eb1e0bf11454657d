#!/usr/bin/env bash
# What backup.sh, list.sh and restore.sh share: settings, one at a time, and restic's complaints in plain words.
#
# Settings are environment variables; those that are not set are read from BACKUP_CONF (where things lie; no secrets) and
# BACKUP_ENV (the repository and its secrets). No secret is ever an argument of a program.
set -euo pipefail
umask 077
# shellcheck source-path=SCRIPTDIR source=space.sh
. "$(dirname "${BASH_SOURCE[0]}")/space.sh"

: "${BACKUP_CONF:=/etc/lunchbox/backup.conf}"
: "${BACKUP_ENV:=/var/lib/lunchbox/backup.env}"

# What is set already stays: a person at the console may lay values over those of the files.
read_settings() {
  local file=$1 line name
  [ -r "$file" ] || return 0
  # shellcheck disable=SC1090
  while IFS= read -r line; do
    name=${line%%=*}
    [[ $name =~ ^[A-Z][A-Z0-9_]*$ ]] || continue
    [ -n "${!name-}" ] || eval "export $line"
  done < "$file"
}
read_settings "$BACKUP_CONF"
read_settings "$BACKUP_ENV"

# Where k3s keeps its state, and where the volumes of its pods lie.
: "${K3S_DATA_DIR:=/var/lib/rancher/k3s}"
: "${STORAGE_DIR:=${LUNCHBOX_LOCAL_PATH:-$K3S_DATA_DIR/storage}}"
# By which the server knows the node of this machine again.
: "${NODE_PASSWORD_FILE:=/etc/rancher/node/password}"
# What a snapshot is called after: <app>-<env>, whatever machine it comes from.
: "${BACKUP_NAME:=${LUNCHBOX_HOST:-$(hostname)}}"
: "${BACKUP_STATE_DIR:=/var/lib/lunchbox/backup}"
: "${RESTIC_CACHE_DIR:=${CACHE_DIRECTORY:-$BACKUP_STATE_DIR/cache}}"
export RESTIC_CACHE_DIR
# shellcheck disable=SC2034
TAG=lunchbox
# A name that no volume has: it is found again in a snapshot by it.
# shellcheck disable=SC2034
STAGE_NAME=lunchbox-stage

work=$BACKUP_STATE_DIR/work
errors=$BACKUP_STATE_DIR/restic.err

# To whoever looks on, and to whoever comes later.
say() {
  printf '%s\n' "$*" >&2
  [ -z "${log-}" ] || printf '%s\n' "$*" >> "$log"
}

# fail MESSAGE REMEDY
fail() {
  say "error: $1"
  say "remedy: $2"
  exit 1
}

need() {
  local program
  for program in "$@"; do
    command -v "$program" > /dev/null || fail "$program is not installed here" "Import Lunchbox' backup module, and switch to it."
  done
}

check_settings() {
  [ -n "${RESTIC_REPOSITORY-}" ] || fail "no repository for backups is set (RESTIC_REPOSITORY)" \
    "Write droplet.backups into lunchbox.yaml and hand over its keys: lunchbox host ENV backup now."
  [ -n "${RESTIC_PASSWORD-}${RESTIC_PASSWORD_FILE-}" ] || fail "no password for backups is set (RESTIC_PASSWORD)" \
    "Set LUNCHBOX_BACKUP_PASSWORD, and run lunchbox host ENV backup now."
  mkdir -p "$BACKUP_STATE_DIR"
}

# One at a time, timers and people alike. What an earlier one left when it was killed goes.
begin() {
  exec 9> "$BACKUP_STATE_DIR/lock"
  flock -w "${BACKUP_WAIT:-600}" 9 || fail "another backup or restore runs on this machine" "Wait until it is done, and run this again."
  rm -rf "$work"
  mkdir -p "$work"
  trap 'rm -rf "$work" "$errors"' EXIT
}

# Runs restic; ends with what it complained about, in words that say what to do.
restic_or_fail() {
  local code=0
  restic "$@" 2> "$errors" 9>&- || code=$?
  [ "$code" = 0 ] || explain
}

without_secrets() {
  local text secret
  text=$(cat)
  for secret in "${RESTIC_PASSWORD-}" "${AWS_SECRET_ACCESS_KEY-}" "${AWS_ACCESS_KEY_ID-}"; do
    [ -z "$secret" ] || text=${text//"$secret"/…}
  done
  printf '%s\n' "$text"
}

explain() {
  local text
  text=$(without_secrets < "$errors")
  case $text in
    *"no space left on device"*)
      fail "no space is left on a disk of this machine: $(grep 'no space left on device' <<< "$text" | last_line)" "$(make_room)" ;;
    *"bucket does not exist"* | *NoSuchBucket*)
      fail "the bucket of $RESTIC_REPOSITORY is not there" "Make it at your provider, or correct droplet.backups in lunchbox.yaml." ;;
    *"wrong password"* | *"no key found"*)
      fail "the password does not open the repository $RESTIC_REPOSITORY" "Hand over the one that it was made with: LUNCHBOX_BACKUP_PASSWORD." ;;
    *"Access Denied"* | *AccessDenied* | *InvalidAccessKeyId* | *SignatureDoesNotMatch* | *"ccess key"*"does not exist"* | *"signature we calculated"* | *Forbidden*)
      fail "the keys may not use $RESTIC_REPOSITORY" "Hand over keys that may read and write the bucket: LUNCHBOX_BACKUP_ACCESS_KEY and LUNCHBOX_BACKUP_SECRET_KEY." ;;
    *"connection refused"* | *"no such host"* | *"i/o timeout"* | *"network is unreachable"* | *"certificate"*)
      fail "$RESTIC_REPOSITORY cannot be reached: $(last_line <<< "$text")" "See that its endpoint is right, and reachable from this machine." ;;
    *"Is there a repository"* | *"config file does not exist"* | *"repository does not exist"*)
      fail "there are no backups at $RESTIC_REPOSITORY" "See that droplet.backups in lunchbox.yaml is right; the first backup makes the repository." ;;
    *"already locked"*)
      fail "somebody else works on $RESTIC_REPOSITORY" "Wait until it is done; restic unlock removes a lock that was left over." ;;
    *"no matching ID"* | *"no snapshot found"* | *"no matching"*"snapshot"* | *"snapshot"*"not found"*)
      fail "there is no such snapshot in $RESTIC_REPOSITORY" "See lunchbox host ENV backup list." ;;
    *)
      fail "restic failed: $(last_line <<< "$text")" "What the repository holds may be damaged: see restic check, and keep the machine as it is." ;;
  esac
}

# Asks the server itself first. restic would make a bucket that is not there, whose name may be mistyped; it cannot tell a
# bucket without a repository from none; and it waits for many minutes for a server that is not there.
check_bucket() {
  local url=${RESTIC_REPOSITORY#s3:} scheme=https host bucket status
  [ "$url" != "$RESTIC_REPOSITORY" ] || return 0
  case $url in http://* | https://*) scheme=${url%%://*} url=${url#*://} ;; esac
  host=${url%%/*}
  bucket=${url#*/}
  bucket=${bucket%%/*}
  local user="${AWS_ACCESS_KEY_ID-}:${AWS_SECRET_ACCESS_KEY-}"
  user=${user//\\/\\\\}
  status=$(printf 'user = "%s"\n' "${user//\"/\\\"}" | curl -q --silent --max-time 60 --output /dev/null --write-out '%{http_code}' --head \
    --aws-sigv4 "aws:amz:${AWS_DEFAULT_REGION:-us-east-1}:s3" -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' --config - "$scheme://$host/$bucket") || status=000
  case $status in
    2*) ;;
    404) echo NoSuchBucket > "$errors" && explain ;;
    401 | 403) echo AccessDenied > "$errors" && explain ;;
    000) fail "$scheme://$host cannot be reached" "See that the endpoint in droplet.backups is right, and reachable from this machine." ;;
    *) fail "$scheme://$host does not say whether there is a bucket $bucket (status $status)" "See that droplet.backups in lunchbox.yaml is right: endpoint, bucket and region." ;;
  esac
}

last_line() {
  sed '/^[[:space:]]*$/d' | tail -n 1 | cut -c 1-500
}

# What restic would read as a pattern in a path.
as_pattern() {
  # shellcheck disable=SC2001
  sed 's/[][*?\\]/\\&/g' <<< "$1"
}

ready() {
  [ "$(k3s kubectl get --raw /readyz 2> /dev/null 9>&-)" = ok ] &&
    k3s kubectl get nodes --no-headers 2> /dev/null 9>&- | awk '$2 ~ /^Ready(,|$)/ { ready = 1 } END { exit !ready }'
}
