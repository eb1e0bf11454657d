import { script } from '../shell.ts';
import { COMMON } from './common.ts';

/** Exit code of `receiveScript` when what came is no flake. */
export const NO_FLAKE = 66;

/** Takes a tar with the flake from standard input, and puts it in the place of the one that is there, whole. */
export function receiveScript(): string {
  return script(`
${COMMON}
target="$root/etc/nixos/lunchbox"
rm -rf "$target.new"
mkdir -p "$target.new"
tar -xf - -C "$target.new" || { rm -rf "$target.new"; fail 'the source did not arrive whole'; }
[ -f "$target.new/flake.nix" ] || { rm -rf "$target.new"; exit ${NO_FLAKE}; }
rm -rf "$target.old"
[ ! -e "$target" ] || mv "$target" "$target.old"
mv "$target.new" "$target"
rm -rf "$target.old"
`);
}

/** Builds the system of an environment on the machine; its path is the last line of standard output. */
export function buildScript(environment: string): string {
  return script(
    `
${COMMON}
mkdir -p "$state/build"
# The link that this leaves keeps garbage collection away from what was built.
cd "$state/build" || exit 1
# As a path: git, which may know the folder above, would leave out what it does not track.
nixos-rebuild build --flake "path:$root/etc/nixos/lunchbox#$environment" >&2 || exit 1
readlink -f result
`,
    { environment },
  );
}

/** Keeps garbage collection away from a system that was copied here, and proves that it is here. */
export function keepScript(system: string): string {
  return script(
    `
${COMMON}
nix-store --realise "$system" --add-root "$state/copied" --indirect > /dev/null
`,
    { system },
  );
}

/** Of these store paths, those that the machine lacks. They come on standard input, one a line. */
export function missingScript(): string {
  return script('xargs -r nix-store --check-validity --print-invalid');
}

/** Takes paths as `nix-store --export` writes them. */
export function importScript(): string {
  return script('nix-store --import > /dev/null');
}

/** What a system would change: packages, then units. Exit code 0 whatever it finds. */
export function compareScript(system: string): string {
  return script(
    `
${COMMON}
running=$(readlink -f "$current")
if command -v nvd > /dev/null; then nvd --color never diff "$running" "$system" 2> /dev/null
else nix --extra-experimental-features nix-command store diff-closures "$running" "$system" 2> /dev/null | sed 's/\\x1b\\[[0-9;]*m//g'
fi
"$system/bin/switch-to-configuration" dry-activate 2>&1 || printf 'a dry activation failed with code %s\\n' "$?"
exit 0
`,
    { system },
  );
}
