# Runs ./backup/backup.sh every night, for a host whose host.json has `backups`. Secrets are in a file that provisioning
# brings over SSH: never in the store, which everybody can read.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.lunchbox;
  # Beside those that every service of NixOS has.
  tools = [
    pkgs.curl
    pkgs.gawk
    pkgs.restic
    pkgs.sqlite
    pkgs.util-linux
    config.services.k3s.package
  ];
in
{
  options.lunchbox.backupScripts = lib.mkOption {
    type = lib.types.path;
    default = ./backup;
    description = "Folder with backup.sh.";
  };

  config = lib.mkIf (cfg.backups != null) {
    # For people, and for `lunchbox host <env> backup` over SSH.
    environment.systemPackages = [
      pkgs.curl
      pkgs.gawk
      pkgs.restic
      pkgs.sqlite
    ];

    systemd.services.lunchbox-backup = {
      description = "Backup of the cluster's state and volumes";
      after = [
        "network-online.target"
        "k3s.service"
      ];
      wants = [ "network-online.target" ];
      # A switch while it runs must not cut it short.
      restartIfChanged = false;
      path = tools;
      environment = {
        LUNCHBOX_HOST = cfg.hostName;
        LUNCHBOX_LOCAL_PATH =
          if cfg.volume == null then
            "/var/lib/rancher/k3s/storage"
          else
            "${cfg.volume.mountPoint}/local-path";
      };
      serviceConfig = {
        Type = "oneshot";
        ExecStart = "${pkgs.runtimeShell} ${cfg.backupScripts}/backup.sh";
        # Missing, it is an error: a backup that does nothing must not look like one that works.
        EnvironmentFile = "/var/lib/lunchbox/backup.env";
        CacheDirectory = "lunchbox-backup";
        CacheDirectoryMode = "0700";
        UMask = "0077";
        Nice = 10;
        IOSchedulingClass = "idle";
        PrivateTmp = true;
      };
    };

    systemd.timers.lunchbox-backup = {
      description = "Nightly backup";
      wantedBy = [ "timers.target" ];
      timerConfig = {
        OnCalendar = lib.mkDefault "*-*-* 02:15:00";
        RandomizedDelaySec = lib.mkDefault "30min";
        Persistent = true;
      };
    };
  };
}
