# The block volume holds what must outlive the droplet: k3s' state, the node's identity, and the volumes of pods.
{ config, lib, ... }:
let
  cfg = config.lunchbox;
  inherit (cfg.volume) mountPoint name;

  # Where k3s looks -> where that is, and what must be mounted first.
  state = {
    "/var/lib/rancher/k3s" = {
      device = "${mountPoint}/k3s/state";
      first = mountPoint;
    };
    # Images and what runs of them can be had again, and would fill the volume: they stay on the root disk.
    "/var/lib/rancher/k3s/agent" = {
      device = "/var/lib/rancher/k3s-agent";
      first = "/var/lib/rancher/k3s";
    };
    # A node that comes back without its password is refused under its old name.
    "/etc/rancher/node" = {
      device = "${mountPoint}/k3s/node";
      first = mountPoint;
    };
  };
  stateful = cfg.role == "server";
  mounts = [ mountPoint ] ++ lib.optionals stateful (builtins.attrNames state);

  # A droplet without its volume must boot, so that somebody can come in and mend it; k3s does not start then.
  optional = "nofail";
in
{
  config = lib.mkIf (cfg.volume != null) {
    fileSystems = {
      ${mountPoint} = {
        device = lib.mkDefault "/dev/disk/by-id/scsi-0DO_Volume_${name}";
        fsType = lib.mkDefault "ext4";
        options = [
          "noatime"
          "discard"
          optional
          "x-systemd.device-timeout=90s"
        ];
      };
    }
    // lib.optionalAttrs stateful (
      builtins.mapAttrs (
        _:
        { device, first }:
        {
          inherit device;
          fsType = "none";
          options = [
            "bind"
            optional
            "x-systemd.requires-mounts-for=${first}"
          ];
        }
      ) state
    );

    # A volume that was made larger is used whole an hour later. (`x-systemd.growfs` grows it only when it is mounted.)
    systemd.services.lunchbox-grow-volume = {
      description = "Use all of the volume at ${mountPoint}";
      serviceConfig = {
        Type = "oneshot";
        # Not every hour a line in the journal that nothing happened.
        LogLevelMax = "notice";
        ExecStart = "${config.systemd.package}/lib/systemd/systemd-growfs ${mountPoint}";
      };
      unitConfig = {
        RequiresMountsFor = [ mountPoint ];
        # Below a missing mount is the root disk.
        ConditionPathIsMountPoint = mountPoint;
      };
    };
    systemd.timers.lunchbox-grow-volume = {
      wantedBy = [ "timers.target" ];
      timerConfig.OnCalendar = "hourly";
    };

    # Without its mounts k3s would begin a new, empty cluster in the folders below them.
    systemd.services.k3s.unitConfig = {
      RequiresMountsFor = mounts;
      AssertPathIsMountPoint = mounts;
    };

    services.k3s.extraFlags = lib.mkIf stateful [
      "--default-local-storage-path=${mountPoint}/local-path"
    ];
  };
}
