{ config, lib, ... }:
let
  cfg = config.lunchbox;
in
{
  services.openssh = {
    enable = true;
    ports = [ cfg.port ];
    # The one key that is pinned in known_hosts.
    hostKeys = [
      {
        path = "/etc/ssh/ssh_host_ed25519_key";
        type = "ed25519";
      }
    ];
    # Only keys that the repository names: a file in a home directory would outlast its removal there.
    authorizedKeysInHomedir = false;
    settings = {
      PasswordAuthentication = false;
      KbdInteractiveAuthentication = false;
      PermitRootLogin = "prohibit-password";
      X11Forwarding = false;
      AllowAgentForwarding = lib.mkDefault false;
      AllowUsers = [ "root" ] ++ lib.optional (cfg.role == "server") cfg.user;
    };
  };
}
