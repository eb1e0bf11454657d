# nixpkgs as far as flake.nix uses it: hosts are evaluated with the stub, packages are their names.
let
  stub = import ./lib.nix;
  pkgs = import ./pkgs.nix;
  options = import ./nixos.nix pkgs;

  system =
    modules:
    (stub.evalModules {
      modules = [ options ] ++ modules;
      specialArgs = {
        inherit pkgs;
        modulesPath = ./modules;
      };
    }).config;

  lib = stub // {
    # The files, instead of a copy of them in the store.
    fileset = {
      unions = files: files;
      maybeMissing = file: file;
      toSource = { fileset, ... }: "/stub/source of " + toString (map baseNameOf fileset);
    };
    meta.availableOn = _: _: true;
    nixosSystem =
      { modules }:
      let
        config = system modules;
        image = system (
          modules
          ++ [
            ./digital-ocean-image.nix
            config.image.modules.digital-ocean
          ]
        );
      in
      {
        config = config // {
          system.build = {
            toplevel = "system of ${config.networking.hostName}";
            images.digital-ocean = {
              inherit (image.networking) hostName;
              inherit (image.lunchbox) network;
              drvPath = "image of ${image.networking.hostName}";
            };
          };
        };
      };
  };

  # Every name that flake.nix may ask for; another is an error.
  names = [
    "actionlint"
    "age"
    "docker-client"
    "doctl"
    "git"
    "jq"
    "kubeconform"
    "kubectl"
    "kubernetes-helm"
    "kubeseal"
    "nixfmt-tree"
    "nixos-rebuild-ng"
    "nodejs_24"
    "openssh"
    "restic"
    "shellcheck"
    "yamllint"
  ];
  packages =
    system:
    lib.genAttrs names (name: name)
    // {
      inherit system;
      mkShell = { packages }: packages;
      writeText = name: text: "${name}: ${text}";
      stdenv.hostPlatform = system;
    };
in
{
  inherit lib;
  legacyPackages = lib.genAttrs [
    "aarch64-darwin"
    "aarch64-linux"
    "x86_64-linux"
  ] packages;
}
