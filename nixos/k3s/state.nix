# k3s begins an empty cluster wherever it finds none, and nobody would notice before users do. It starts only where its
# state was when it last ran, and no switch moves it from there: data does not follow a change of `droplet.volume`.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.lunchbox;
  place = lib.escapeShellArg (
    if cfg.volume == null then "the root disk" else "the volume ${cfg.volume.name}"
  );
  run = "${pkgs.runtimeShell} ${./state.sh}";
in
{
  config = lib.mkIf (cfg.role == "server") {
    systemd.services.k3s.preStart = ''
      PATH=${pkgs.util-linux}/bin:$PATH ${run} check ${place}
    '';
    systemd.services.k3s.postStart = ''
      ${run} note ${place}
    '';

    system.preSwitchChecks.lunchboxState = ''
      # While an image is made, no machine runs yet.
      [ -e /run/booted-system ] || exit 0
      ${run} same ${place}
    '';
  };
}
