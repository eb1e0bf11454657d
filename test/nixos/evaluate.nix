# What the modules make of a host.json, as plain data.
{
  # nixpkgs' library; null: the stub.
  library ? null,
  modules ? ../../nixos,
  host,
  release ? "26.05",
  # Whether it is the image's configuration.
  image ? false,
  # A further module.
  extra ? { },
}:
let
  lib = if library == null then import ./stub/lib.nix else import library;
  pkgs = import ./stub/pkgs.nix;
  specialArgs = {
    inherit pkgs;
    modulesPath = ./stub/modules;
  };
  base = [
    (import ./stub/nixos.nix pkgs)
    (modules + "/default.nix")
    (import (modules + "/host.nix") "prod" host)
    {
      system.nixos.release = release;
      lunchbox.backupScripts = "/stub/backup";
      lunchbox.unattendedSwitch.source = "/stub/flake";
    }
    extra
  ];
  evaluate =
    more:
    (lib.evalModules {
      inherit specialArgs;
      modules = base ++ more;
    }).config;
  plain = evaluate [ ];
  config = if image then evaluate [ ./stub/digital-ocean-image.nix plain.image.modules.digital-ocean ] else plain;
in
removeAttrs config [ "image" ]
