#!/usr/bin/env bash
# Prints the snapshots of this environment as restic's JSON.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

need restic curl
check_settings
errors=$(mktemp "$BACKUP_STATE_DIR/restic.err.XXXXXX")
trap 'rm -f "$errors"' EXIT
check_bucket
restic_or_fail snapshots --json --no-lock --tag "$TAG"
