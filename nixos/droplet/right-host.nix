# Refuses to switch another machine to this one's configuration: a wrong address must not turn staging into prod.
{ config, lib, ... }:
{
  system.preSwitchChecks.lunchboxHost = ''
    # While an image is made, no machine runs yet.
    [ -e /run/booted-system ] || exit 0
    read -r actual < /proc/sys/kernel/hostname
    expected=${lib.escapeShellArg config.lunchbox.hostName}
    if [ "$actual" != "$expected" ] && [ "''${LUNCHBOX_RENAME_FROM:-}" != "$actual" ]; then
      echo "this is $actual, and the configuration is that of $expected: nothing was changed" >&2
      echo "If the host is to be renamed, set LUNCHBOX_RENAME_FROM=$actual." >&2
      exit 1
    fi
  '';
}
