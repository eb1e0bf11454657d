# k3s' kubeconfig is root's alone. Deliveries read a copy in memory, which follows it: k3s writes it anew whenever it
# renews its certificates.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.lunchbox;
  original = "/etc/rancher/k3s/k3s.yaml";
  folder = dirOf cfg.kubeconfig;
in
{
  options.lunchbox.kubeconfig = lib.mkOption {
    type = lib.types.str;
    default = "/run/lunchbox/kubeconfig";
    description = "The copy. The line of the key that delivers names it.";
  };

  config = lib.mkIf (cfg.role == "server") {
    systemd.tmpfiles.rules = [ "d ${folder} 0750 root ${cfg.user} -" ];

    systemd.services.lunchbox-kubeconfig = {
      description = "Copy of the kubeconfig for deliveries";
      wantedBy = [ "multi-user.target" ];
      after = [
        "k3s.service"
        "systemd-tmpfiles-setup.service"
      ];
      unitConfig.ConditionPathExists = original;
      serviceConfig = {
        Type = "oneshot";
        UMask = "0077";
      };
      path = [ pkgs.coreutils ];
      # Renamed into place, so that nobody reads half of it.
      script = ''
        install -m 0440 -o root -g ${cfg.user} ${original} ${cfg.kubeconfig}.new
        mv ${cfg.kubeconfig}.new ${cfg.kubeconfig}
      '';
    };
    systemd.paths.lunchbox-kubeconfig = {
      description = "Watches k3s' kubeconfig";
      wantedBy = [ "multi-user.target" ];
      pathConfig.PathChanged = original;
    };
  };
}
