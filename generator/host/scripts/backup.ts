import { script } from '../shell.ts';
import { COMMON } from './common.ts';

/** The unit that the NixOS module of backups brings, by timer and by hand. */
export const BACKUP_UNIT = 'lunchbox-backup.service';
/** Exit code when the machine has no such unit. */
export const NO_MODULE = 66;
/** Exit code when nobody has handed over the keys of the repository. */
export const NO_SETTINGS = 67;

/** Where the scripts lie, and the environment in which they are run: as the unit says. */
const MODULE = `
${COMMON}
env_file="$root/var/lib/lunchbox/backup.env"
unit=${BACKUP_UNIT}
scripts=$(systemctl show --property=ExecStart --value "$unit" | sed -n 's/.*[ =]\\(\\/[^ ;]*\\)\\/backup\\.sh.*/\\1/p' | head -n 1)
[ -n "$scripts" ] || exit ${NO_MODULE}
[ -f "$env_file" ] || exit ${NO_SETTINGS}
as_unit() {
  before=$PATH
  names='PATH BACKUP_ENV'
  set -f
  for word in $(systemctl show --property=Environment --value "$unit"); do
    case $word in [A-Z]*=*) export "$word"; names="$names \${word%%=*}" ;; esac
  done
  set +f
  # The unit names what it needs, not the shell that runs it.
  PATH="$PATH:$before"
  export BACKUP_ENV="$env_file"
}
`.trim();

/** Takes the settings of backups from standard input; only root can read them. */
export function deliverSettingsScript(): string {
  return script(`
${COMMON}
folder="$root/var/lib/lunchbox"
mkdir -p "$folder"
cat > "$folder/backup.env.new" && [ -s "$folder/backup.env.new" ] || fail 'the settings did not arrive'
mv "$folder/backup.env.new" "$folder/backup.env"
`);
}

/** Starts a backup without waiting for it; one that runs already is the one. */
export function startBackupScript(): string {
  return script(`
${MODULE}
[ "$(systemctl show --property=ActiveState --value "$unit")" != activating ] || exit 0
rm -f "$root/var/lib/lunchbox/backup/last.json"
systemctl reset-failed "$unit" 2> /dev/null
systemctl start --no-block "$unit"
`);
}

/** How it stands with the backup, as lines `key<TAB>value`. */
export function backupStateScript(): string {
  return script(`
${MODULE}
say() { printf '%s\\t%s\\n' "$1" "$2"; }
say state "$(systemctl show --property=ActiveState --value "$unit")"
say result "$(systemctl show --property=Result --value "$unit")"
folder="$root/var/lib/lunchbox/backup"
[ ! -f "$folder/last.json" ] || say last "$(cat "$folder/last.json")"
[ ! -f "$folder/last.log" ] || tail -n 20 "$folder/last.log" | while IFS= read -r line; do say log "$line"; done
exit 0
`);
}

/** Prints the snapshots as restic's JSON. */
export function listScript(): string {
  return script(`
${MODULE}
as_unit
exec bash "$scripts/list.sh"
`);
}

/**
 * Starts to restore a snapshot, as a unit of its own that needs no connection.
 * @param id Of this restore; letters and digits.
 * @param limit Seconds in which k3s must get ready with it.
 */
export function startRestoreScript(id: string, snapshot: string, limit: number): string {
  return script(
    `
${MODULE}
folder="$run/restore-$id"
mkdir "$folder" || fail 'this restore was started already'
cat > "$folder/restore.sh" <<'END_OF_SCRIPT'
bash "$1/restore.sh" "$RESTORE_CONFIRM" > "$2/said" 2>&1
printf '%s\\n' "$?" > "$2/code.new" && mv "$2/code.new" "$2/code"
END_OF_SCRIPT
as_unit
set --
for name in $names; do
  case $name in *[!A-Z0-9_]*) continue ;; esac
  set -- "$@" --setenv="$name=$(printenv "$name")"
done
systemd-run --quiet --collect --unit="lunchbox-restore-$id" "$@" --setenv=RESTORE_CONFIRM="$snapshot" --setenv=RESTORE_LIMIT="$limit" \\
  /bin/sh "$folder/restore.sh" "$scripts" "$folder"
`,
    { id, snapshot, limit },
  );
}

/** How it stands with a restore, as lines `key<TAB>value`. */
export function restoreStateScript(id: string): string {
  return script(
    `
${COMMON}
say() { printf '%s\\t%s\\n' "$1" "$2"; }
folder="$run/restore-$id"
[ -d "$folder" ] || fail 'this restore was not started, or the machine has started anew since'
[ ! -f "$folder/code" ] || say code "$(cat "$folder/code")"
[ ! -f "$folder/said" ] || while IFS= read -r line; do say log "$line"; done < "$folder/said"
exit 0
`,
    { id },
  );
}
