{ config, lib, ... }:
let
  cfg = config.lunchbox;
in
{
  config = lib.mkIf (cfg.role == "server") {
    services.k3s.extraFlags = [
      # From the first start on: what was written before would stay readable.
      "--secrets-encryption"
      "--write-kubeconfig-mode=0600"
    ];

    assertions = [
      {
        assertion = !(cfg.clusterInit && cfg.serverAddress != null);
        message = "A server either begins a cluster (clusterInit) or joins one (serverAddress).";
      }
    ];
  };
}
