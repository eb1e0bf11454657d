# The hosts of a repository: a configuration of NixOS for each environment that has a clusters/<env>/host.json.
{
  lib,
  # Where clusters/, flake.nix and flake.lock are.
  root,
}:
let
  clusters = root + "/clusters";
  hostFile = environment: clusters + "/${environment}/host.json";
  environments = lib.filter (environment: builtins.pathExists (hostFile environment)) (
    builtins.attrNames (builtins.readDir clusters)
  );

  # What a host carries to build itself again: its own description, and nothing of the rest of the repository.
  source =
    environment:
    lib.fileset.toSource {
      inherit root;
      fileset = lib.fileset.unions [
        (root + "/flake.nix")
        (root + "/flake.lock")
        (lib.fileset.maybeMissing (root + "/nixos"))
        (hostFile environment)
      ];
    };

  host =
    environment:
    lib.nixosSystem {
      modules = [
        ./default.nix
        (import ./host.nix environment (hostFile environment))
        { lunchbox.unattendedSwitch.source = "${source environment}"; }
      ];
    };
in
lib.genAttrs environments host
