# The user that deliveries come in as. Its key reads a copy of the kubeconfig and reaches three ports of loopback; it gets
# no shell, no other command, no other port.
{ config, lib, ... }:
let
  cfg = config.lunchbox;
  authorized = import ./authorized-key.nix;
in
{
  config = lib.mkIf (cfg.role == "server") {
    users.groups.${cfg.user} = { };
    users.users.${cfg.user} = {
      isSystemUser = true;
      group = cfg.user;
      description = "Deliveries of Lunchbox";
      # sshd gives it the forced command, and nothing else.
      shell = "/bin/sh";
      openssh.authorizedKeys.keys = map (
        key:
        authorized.line {
          inherit key;
          inherit (cfg) kubeconfig;
        }
      ) cfg.deploy;
    };

    services.openssh.extraConfig = authorized.sshdConfig cfg.user;

    assertions = [
      {
        assertion = builtins.all authorized.isPublicKey cfg.deploy;
        message = "`droplet.ssh.deploy` holds what is no public key in one line: its options would be taken as ours.";
      }
    ];
  };
}
