# A disk that fills up ends the cluster: what nobody needs goes by itself.
{ lib, ... }:
{
  nix.gc = {
    automatic = lib.mkDefault true;
    dates = lib.mkDefault "weekly";
    randomizedDelaySec = lib.mkDefault "2h";
    # The generation that ran two weeks ago stays, and all since: there is always one to go back to.
    options = lib.mkDefault "--delete-older-than 14d";
  };
  nix.settings = {
    auto-optimise-store = lib.mkDefault true;
    experimental-features = [
      "nix-command"
      "flakes"
    ];
    # Bytes: a build frees space when less than 1 GiB is left, until there are 3.
    min-free = lib.mkDefault 1073741824;
    max-free = lib.mkDefault 3221225472;
  };
  environment.etc."systemd/journald.conf.d/lunchbox.conf".text = lib.mkDefault ''
    [Journal]
    SystemMaxUse=500M
  '';
}
