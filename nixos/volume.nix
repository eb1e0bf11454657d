# The block volume holds what must outlive the droplet: k3s' state, the node's identity, and the volumes of pods. Images
# of containers stay on the root disk.
{ config, lib, ... }:
let
  cfg = config.lunchbox;
  inherit (cfg.volume) mountPoint name;

  # Where k3s looks -> folder on the volume. A node that comes back without its password is refused under its old name.
  state = {
    "/var/lib/rancher/k3s/server" = "${mountPoint}/k3s/server";
    "/etc/rancher/node" = "${mountPoint}/k3s/node";
  };
  stateful = cfg.volume != null && cfg.role == "server";
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
          # A volume that was made larger is used whole after the next boot.
          "x-systemd.growfs"
          optional
          "x-systemd.device-timeout=90s"
        ];
      };
    }
    // lib.optionalAttrs stateful (
      builtins.mapAttrs (_: folder: {
        device = folder;
        fsType = "none";
        options = [
          "bind"
          optional
          "x-systemd.requires-mounts-for=${mountPoint}"
        ];
      }) state
    );

    # Without its mounts k3s would begin a new, empty cluster in the folders below them.
    systemd.services.k3s = {
      unitConfig = {
        RequiresMountsFor = mounts;
        AssertPathIsMountPoint = mounts;
      };
      preStart = lib.mkIf stateful ''
        chmod 0700 ${lib.concatStringsSep " " (builtins.attrNames state)}
      '';
    };

    services.k3s.extraFlags = lib.mkIf (cfg.role == "server") [
      "--default-local-storage-path=${mountPoint}/local-path"
    ];
  };
}
