{
  description = "Lunchbox: hosts of its environments, images to boot them from, and what an operator needs";

  # The stable release that is supported until the end of 2026. nixos/release.nix says what the next one breaks.
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";

  outputs =
    { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;

      # Where hosts run, and where people work.
      hostSystem = "x86_64-linux";
      systems = [
        "aarch64-darwin"
        "aarch64-linux"
        "x86_64-linux"
      ];
      eachSystem = make: lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});

      hostFile = environment: ./clusters + "/${environment}/host.json";
      environments = lib.filter (environment: builtins.pathExists (hostFile environment)) (
        builtins.attrNames (builtins.readDir ./clusters)
      );

      # What a host carries to build itself again: its own description, and nothing of the rest of the repository.
      source =
        environment:
        lib.fileset.toSource {
          root = ./.;
          fileset = lib.fileset.unions [
            ./flake.nix
            ./flake.lock
            ./nixos
            (hostFile environment)
          ];
        };

      host =
        environment:
        lib.nixosSystem {
          modules = [
            ./nixos
            (import ./nixos/host.nix environment (hostFile environment))
            { lunchbox.unattendedSwitch.source = "${source environment}"; }
          ];
        };

      named =
        prefix: make:
        lib.mapAttrs' (
          environment: host: lib.nameValuePair (prefix + environment) (make host)
        ) self.nixosConfigurations;
    in
    {
      nixosModules.default = ./nixos;

      # `nixos-rebuild switch --flake .#<env>`
      nixosConfigurations = lib.genAttrs environments host;

      # `nix build .#droplet-image-<env>`: compressed, for DigitalOcean to import by URL. It holds no secret.
      packages.${hostSystem} = named "droplet-image-" (
        host: host.config.system.build.images.digital-ocean
      );

      checks.${hostSystem} = named "host-" (host: host.config.system.build.toplevel);

      devShells = eachSystem (pkgs: {
        default = pkgs.mkShell {
          packages = lib.filter (lib.meta.availableOn pkgs.stdenv.hostPlatform) [
            pkgs.actionlint
            pkgs.age
            pkgs.docker-client
            pkgs.doctl
            pkgs.git
            pkgs.jq
            pkgs.kubeconform
            pkgs.kubectl
            pkgs.kubernetes-helm
            pkgs.kubeseal
            pkgs.nixos-rebuild-ng
            pkgs.nodejs_24
            pkgs.openssh
            pkgs.restic
            pkgs.shellcheck
            pkgs.yamllint
          ];
        };
      });

      formatter = eachSystem (pkgs: pkgs.nixfmt-tree);
    };
}
