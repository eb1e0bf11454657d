# Security updates: once a week the host builds its own description against the newest state of its release, switches to
# that, proves that SSH and k3s answer, and goes back if they do not. It never reboots.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.lunchbox;
  unattended = cfg.unattendedSwitch;
in
{
  options.lunchbox.unattendedSwitch = {
    enable = lib.mkOption {
      type = lib.types.bool;
      default = unattended.source != null;
    };
    source = lib.mkOption {
      type = lib.types.nullOr lib.types.path;
      default = null;
      description = "The flake that describes this host, which carries it: it needs no access to a repository.";
    };
    channel = lib.mkOption {
      type = lib.types.str;
      default = "github:NixOS/nixpkgs/nixos-${config.system.nixos.release}";
      description = "Where newer packages come from: the same release, with its security fixes.";
    };
    seconds = lib.mkOption {
      type = lib.types.ints.positive;
      default = 300;
      description = "How long SSH and k3s may take to answer after a switch.";
    };
  };

  config = lib.mkIf unattended.enable {
    environment.etc."lunchbox/flake".source = unattended.source;

    systemd.services.lunchbox-unattended-switch = {
      description = "Security updates, taken back if the host does not answer after them";
      after = [ "network-online.target" ];
      wants = [ "network-online.target" ];
      # It switches the system that it is part of.
      restartIfChanged = false;
      unitConfig.X-StopOnRemoval = false;
      path = [
        config.nix.package
        config.services.k3s.package
        config.systemd.package
        pkgs.coreutils
        pkgs.util-linux
      ];
      environment = {
        HOME = "/root";
        LUNCHBOX_ENVIRONMENT = cfg.environment;
        LUNCHBOX_CHANNEL = unattended.channel;
        LUNCHBOX_ROLE = cfg.role;
        LUNCHBOX_SECONDS = toString unattended.seconds;
        LUNCHBOX_SSH_PORT = toString cfg.port;
      };
      serviceConfig = {
        Type = "oneshot";
        ExecStart = "${pkgs.runtimeShell} ${./unattended-switch.sh}";
        # The app goes first.
        Nice = 19;
        CPUWeight = "idle";
        IOSchedulingClass = "idle";
        OOMScoreAdjust = 900;
      };
    };

    systemd.timers.lunchbox-unattended-switch = {
      description = "Weekly security updates";
      wantedBy = [ "timers.target" ];
      timerConfig = {
        OnCalendar = lib.mkDefault "Sun *-*-* 03:30:00";
        RandomizedDelaySec = lib.mkDefault "1h";
      };
    };
  };
}
