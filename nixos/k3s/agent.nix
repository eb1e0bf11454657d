{ config, lib, ... }:
let
  cfg = config.lunchbox;
in
{
  config = lib.mkIf (cfg.role == "agent") {
    assertions = [
      {
        assertion = cfg.serverAddress != null;
        message = "An agent needs `serverAddress`: the server that it joins.";
      }
      {
        assertion = cfg.peers != [ ];
        message = "An agent needs `peers`: no other node would be let in to its kubelet and its pods.";
      }
      {
        assertion = !cfg.clusterInit;
        message = "An agent has no datastore: `clusterInit` is for servers.";
      }
    ];
  };
}
