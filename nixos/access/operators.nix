# Operators are root by their keys; nobody has a password.
{ config, lib, ... }:
let
  inherit (config.lunchbox) address operators;
in
{
  users.mutableUsers = lib.mkDefault false;
  users.users.root.openssh.authorizedKeys.keys = operators;

  # An environment that was never provisioned can be evaluated, and its image built, before its spec names anybody.
  users.allowNoPasswordLogin = lib.mkDefault (operators == [ ]);
  assertions = [
    {
      assertion = address == null || operators != [ ];
      message = ''
        host.json names no operators: the next switch would lock everybody out. Write their public keys into
        `droplet.ssh.operators` of lunchbox.yaml and render.
      '';
    }
  ];
}
