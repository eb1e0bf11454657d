import { script } from '../shell.ts';
import { COMMON } from './common.ts';

/** What goes on with an activation, as `readActivation` reads it. */
const ACTIVATE = `
. "$1/vars"
"$system/bin/switch-to-configuration" test > "$1/activate.log" 2>&1
printf '%s\\n' "$?" > "$1/activated.new" && mv "$1/activated.new" "$1/activated"
`;

/** Puts back what ran before, unless somebody has decided already. With the programs of what ran before. */
const REVERT = `
. "$1/vars"
PATH="$previous/sw/bin:$PATH"
exec 9> "$run/guard"
flock 9
[ ! -f "$1/decided" ] || exit 0
printf '%s\\n' "revert $2" > "$1/decided"
# Only one may switch at a time.
systemctl stop "lunchbox-activate-$id.service" 9>&-
back() {
  "$previous/bin/switch-to-configuration" test >> "$1/revert.log" 2>&1 9>&-
}
back "$1"
code=$?
# A unit may have failed to start because another one was still in its way.
[ "$code" = 0 ] || { back "$1"; code=$?; }
printf '%s\\n' "$code" > "$1/reverted.new" && mv "$1/reverted.new" "$1/reverted"
systemctl stop "lunchbox-revert-$id.timer" 9>&-
exit 0
`;

/** Makes it the generation that the machine starts with. What fails is taken back at once. */
const CONFIRM = `
. "$1/vars"
exec 9> "$run/guard"
flock 9
[ ! -f "$1/decided" ] || exit 0
printf '%s\\n' confirm > "$1/decided"
systemctl stop "lunchbox-revert-$id.timer" 9>&-
{
  nix-env -p "$profile" --set "$system" && "$system/bin/switch-to-configuration" boot
} > "$1/confirm.log" 2>&1 9>&-
code=$?
if [ "$code" != 0 ]; then
  PATH="$previous/sw/bin:$PATH"
  {
    nix-env -p "$profile" --set "$profiled"
    "$profiled/bin/switch-to-configuration" boot
    "$previous/bin/switch-to-configuration" test
  } >> "$1/confirm.log" 2>&1 9>&-
  printf '%s\\n' "$?" > "$1/reverted"
fi
printf '%s\\n' "$code" > "$1/confirmed.new" && mv "$1/confirmed.new" "$1/confirmed"
`;

/**
 * Activates a system without making it the one that the machine starts with. Before that, a timer is set that goes back by
 * itself. All of it runs as units of systemd's: it needs no connection. Exit code 65: an earlier one is not decided yet.
 * @param id Of this switch; letters and digits.
 * @param seconds Until the machine goes back, unless it is confirmed.
 */
export function activateScript(id: string, system: string, seconds: number): string {
  return script(
    `
${COMMON}
exclusive
if [ -d "$pending" ] && [ ! -f "$pending/decided" ]; then exit 65; fi
[ -x "$system/bin/switch-to-configuration" ] || fail "$system is no NixOS system"
rm -rf "$pending"
mkdir "$pending"
previous=$(readlink -f "$current")
profiled=$(readlink -f "$profile")
quoted() { printf "%s='%s'\\n" "$1" "$2"; }
{
  quoted id "$id"; quoted system "$system"; quoted previous "$previous"; quoted profiled "$profiled"
  quoted profile "$profile"; quoted run "$run"
} > "$pending/vars"
cat > "$pending/activate.sh" <<'END_OF_SCRIPT'
${ACTIVATE.trim()}
END_OF_SCRIPT
cat > "$pending/revert.sh" <<'END_OF_SCRIPT'
${REVERT.trim()}
END_OF_SCRIPT
cat > "$pending/confirm.sh" <<'END_OF_SCRIPT'
${CONFIRM.trim()}
END_OF_SCRIPT
# Nothing is activated before the way back is certain.
systemd-run --quiet --collect --unit="lunchbox-revert-$id" --on-active="$seconds" --timer-property=AccuracySec=1s \\
  --setenv=PATH="$PATH" /bin/sh "$pending/revert.sh" "$pending" timer 9>&- || { rm -rf "$pending"; fail 'no timer could be set that would go back'; }
systemctl is-active --quiet "lunchbox-revert-$id.timer" 9>&- || { rm -rf "$pending"; fail 'the timer that would go back does not run'; }
printf '%s\\n' "$(($(date +%s) + seconds))" > "$pending/deadline"
systemd-run --quiet --collect --unit="lunchbox-activate-$id" --setenv=PATH="$PATH" \\
  /bin/sh "$pending/activate.sh" "$pending" 9>&- || {
  systemctl stop "lunchbox-revert-$id.timer" 9>&-
  rm -rf "$pending"
  fail 'the activation could not be started'
}
`,
    { id, system, seconds },
  );
}

/** How it stands with an activation, as lines `key<TAB>value`. */
export function activationScript(id: string): string {
  return script(
    `
${COMMON}
say() { printf '%s\\t%s\\n' "$1" "$2"; }
say current "$(readlink -f "$current")"
say profile "$(readlink -f "$profile")"
[ -f "$pending/vars" ] || exit 0
. "$pending/vars"
say id "$id"
for name in activated decided reverted confirmed; do
  [ ! -f "$pending/$name" ] || say "$name" "$(cat "$pending/$name")"
done
for name in activate confirm revert; do
  [ ! -f "$pending/$name.log" ] || tail -n 15 "$pending/$name.log" | while IFS= read -r line; do say "$name-log" "$line"; done
done
exit 0
`,
    { id },
  );
}

/** Starts to confirm, or to go back, without waiting for it. */
export function decideScript(id: string, decision: 'confirm' | 'revert'): string {
  return script(
    `
${COMMON}
grep -qx "id='$id'" "$pending/vars" || fail 'this switch is not the one that waits'
systemd-run --quiet --collect --unit="lunchbox-$decision-now-$id" --setenv=PATH="$PATH" /bin/sh "$pending/$decision.sh" "$pending" asked
`,
    { id, decision },
  );
}
