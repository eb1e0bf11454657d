import { LOG_PATH, MARKER_PATH } from '../user-data/become-nixos.ts';

/** Where a machine remembers how far it has come. */
export const STATE_FOLDER = '/var/lib/lunchbox';

/** What a machine says of itself. */
export interface Look {
  /** `ubuntu`, `nixos`. */
  os: string;
  /** Another one after each boot. */
  boot: string;
  /** `running`, `done`, `error`; undefined where there is no cloud-init. */
  cloudInit: string | undefined;
  /** The boot in which the conversion succeeded. */
  marker: string | undefined;
  /** There is a NixOS to boot. */
  profile: boolean;
  /** The next boot moves the old root away. */
  lustrate: boolean;
  /** An old root that was moved away. */
  oldRoot: boolean;
  /** What Ubuntu leaves behind at its place. */
  ubuntuRoot: boolean;
  /** nixos-infect has written down its addresses: it was converted, and not booted from an image. */
  converted: boolean;
  /** The public host key that it made itself. */
  ownKey: string | undefined;
  /** Digest of the configuration that it runs. */
  converged: string | undefined;
  /** The last line of the conversion's log. */
  lastLine: string | undefined;
}

/** Prints one `name=value` for each of the above that applies. */
export const LOOK_COMMAND = `
sed -n 's/^ID="\\{0,1\\}\\([a-z]*\\)"\\{0,1\\}$/os=\\1/p' /etc/os-release
echo "boot=$(cat /proc/sys/kernel/random/boot_id)"
there() { if [ -e "$2" ]; then echo "$1=yes"; fi; }
there profile /nix/var/nix/profiles/system/init
there lustrate /etc/NIXOS_LUSTRATE
there oldRoot /old-root
there ubuntuRoot /var/lib/dpkg/status
there converted /etc/nixos/networking.nix
content() { if [ -s "$2" ]; then echo "$1=$(head -n 1 "$2")"; fi; }
content marker ${MARKER_PATH}
content ownKey ${STATE_FOLDER}/host-key
content converged ${STATE_FOLDER}/converged
if [ -s ${LOG_PATH} ]; then echo "lastLine=$(tail -n 1 ${LOG_PATH} | cut -c 1-200)"; fi
if command -v cloud-init >/dev/null; then cloud-init status 2>/dev/null | sed -n 's/^status: /cloudInit=/p'; fi
exit 0
`;

/** @returns undefined for an answer that is none: a machine on its way down */
export function readLook(answer: string): Look | undefined {
  const said = new Map(
    answer.split('\n').flatMap((line): [string, string][] => {
      const end = line.indexOf('=');
      return end < 0 ? [] : [[line.slice(0, end), line.slice(end + 1).trim()]];
    }),
  );
  const [os, boot] = [said.get('os'), said.get('boot')];
  if (os === undefined || !boot) return undefined;
  return {
    os,
    boot,
    cloudInit: said.get('cloudInit'),
    marker: said.get('marker'),
    profile: said.has('profile'),
    lustrate: said.has('lustrate'),
    oldRoot: said.has('oldRoot'),
    ubuntuRoot: said.has('ubuntuRoot'),
    converted: said.has('converted'),
    ownKey: said.get('ownKey'),
    converged: said.get('converged'),
    lastLine: said.get('lastLine'),
  };
}

/** Where a machine stands. */
export type Standing =
  | { state: 'converting' | 'converted' | 'first boot' | 'nixos' }
  /** Nothing leads on from here but another machine. */
  | { state: 'lost'; why: string };

/** Where a machine stands, by what it says: a half-done conversion is never taken up again. */
export function standingOf(look: Look): Standing {
  const { os, boot, cloudInit, marker, profile, lustrate, oldRoot, ubuntuRoot } = look;
  if (os === 'nixos') {
    if (lustrate || ubuntuRoot)
      return { state: 'lost', why: 'NixOS was booted on top of an Ubuntu that was not moved away' };
    return { state: oldRoot ? 'first boot' : 'nixos' };
  }
  if (os !== 'ubuntu') return { state: 'lost', why: `the machine runs ${os || 'something unknown'}` };
  if (cloudInit === 'running' || cloudInit === 'not run' || cloudInit === 'not started')
    return { state: 'converting' };
  if (marker === boot && profile && lustrate) return { state: 'converted' };
  if (cloudInit === 'done' && marker === undefined && profile && lustrate)
    return { state: 'lost', why: 'the conversion was done, and yet Ubuntu was booted again' };
  const said = /^become-nixos: (.*)/.exec(look.lastLine ?? '')?.[1];
  const outcome = cloudInit === undefined ? 'there is no cloud-init' : `cloud-init says ${cloudInit}`;
  return { state: 'lost', why: `the conversion failed (${said ?? outcome})` };
}
