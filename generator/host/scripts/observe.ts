import { script } from '../shell.ts';
import { BACKUP_UNIT } from './backup.ts';
import { COMMON } from './common.ts';

/** Tells what a machine is and runs, as lines `key<TAB>value`; see `readObservation`. Changes nothing. */
export function observeScript(): string {
  return script(`
${COMMON}
say() { printf '%s\\t%s\\n' "$1" "$2"; }
say os "$(sed -n 's/^ID=//p' "$root/etc/os-release" | tr -d '"')"
say version "$(sed -n 's/^VERSION_ID=//p' "$root/etc/os-release" | tr -d '"')"
say host "$(cat "$root/proc/sys/kernel/hostname" 2> /dev/null || hostname)"
say boot "$(cat "$root/proc/sys/kernel/random/boot_id")"
say current "$(readlink -f "$current")"
say profile "$(readlink -f "$profile")"
say generation "$(readlink "$profile" | sed -n 's/^.*system-\\([0-9]*\\)-link$/\\1/p')"
say now "$(date +%s)"
if [ -f "$pending/deadline" ] && [ ! -f "$pending/decided" ]; then say pending "$(cat "$pending/deadline")"; fi
if [ -f "$run/lock" ]; then say lock "$(cat "$run/lock")"; fi
systemctl list-units --state=failed --no-legend --plain 2> /dev/null | while read -r unit rest; do say failed "$unit"; done
if [ -n "$(systemctl show --property=ExecStart --value ${BACKUP_UNIT} 2> /dev/null)" ]; then
  folder="$root/var/lib/lunchbox/backup"
  # Before \`last-good\` was written, only the last run said it, if that was good.
  say backup "$(cat "$folder/last-good" 2> /dev/null || sed -n 's/^{"finished":\\([0-9]*\\),"incomplete":false.*/\\1/p' "$folder/last.json" 2> /dev/null)"
fi
exit 0
`);
}

/** Exit code 0 when k3s answers and its node is ready; says what it saw. @param role `server`, or `agent`, which has no API */
export function k3sScript(role: 'server' | 'agent'): string {
  if (role === 'agent') return script(`systemctl is-active k3s.service`);
  return script(`
ready=$(k3s kubectl get --raw /readyz 2>&1) || { printf 'the API server is not ready: %s\\n' "$ready"; exit 1; }
[ "$ready" = ok ] || { printf 'the API server says: %s\\n' "$ready"; exit 1; }
nodes=$(k3s kubectl get nodes --no-headers 2>&1) || { printf 'the nodes cannot be read: %s\\n' "$nodes"; exit 1; }
not=$(printf '%s\\n' "$nodes" | awk '$2 !~ /^Ready(,|$)/ { print $1 " is " $2 }')
[ -n "$nodes" ] && [ -z "$not" ] || { printf 'node %s\\n' "\${not:-(none is there)}"; exit 1; }
printf 'ready\\n'
`);
}

/** Takes the lock for some seconds, or says who has it (exit code 65). */
export function lockScript(holder: string, seconds: number): string {
  return script(
    `
${COMMON}
exclusive
now=$(date +%s)
if [ -f "$run/lock" ]; then
  read -r until owner < "$run/lock"
  if [ "$owner" != "$holder" ] && [ "$until" -gt "$now" ]; then printf '%s\\n' "$((until - now))"; exit 65; fi
fi
printf '%s %s\\n' "$((now + seconds))" "$holder" > "$run/lock.new" && mv "$run/lock.new" "$run/lock"
`,
    { holder, seconds },
  );
}

/** Gives the lock back if it is still this holder's. */
export function unlockScript(holder: string): string {
  return script(
    `
${COMMON}
exclusive
if [ -f "$run/lock" ]; then
  read -r until owner < "$run/lock"
  [ "$owner" != "$holder" ] || rm -f "$run/lock"
fi
`,
    { holder },
  );
}
