# What servers and agents have in common.
{ config, lib, ... }:
let
  cfg = config.lunchbox;
  joins = cfg.serverAddress != null;

  # The address in the VPC: nodes talk there, also those that come later.
  private =
    if cfg.network == null then
      [ ]
    else
      builtins.filter (address: !lib.hasInfix ":" address) (
        lib.concatMap ({ name, addresses, ... }: lib.optionals (name == cfg.privateInterface) addresses) (
          cfg.network.interfaces
        )
      );
in
{
  services.k3s = {
    enable = true;
    inherit (cfg) role clusterInit;
    serverAddr = lib.mkIf joins cfg.serverAddress;
    # The first server makes its token itself; others get it over SSH.
    tokenFile = lib.mkIf joins (lib.mkDefault "/var/lib/lunchbox/k3s-token");
    gracefulNodeShutdown.enable = lib.mkDefault true;
    extraFlags = [
      "--protect-kernel-defaults"
      "--node-name=${cfg.hostName}"
    ]
    ++ lib.optionals (private != [ ]) [
      "--node-ip=${builtins.head (lib.splitString "/" (builtins.head private))}"
      "--flannel-iface=${cfg.privateInterface}"
    ];
  };

  # Said at once, and not by a node that tries for ever.
  systemd.services.k3s.unitConfig.AssertPathExists = lib.mkIf joins config.services.k3s.tokenFile;
}
