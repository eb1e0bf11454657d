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

      hosts = root: import ./nixos/hosts.nix { inherit lib root; };

      named =
        prefix: make:
        lib.mapAttrs' (
          environment: host: lib.nameValuePair (prefix + environment) (make host)
        ) self.nixosConfigurations;
    in
    {
      # For repositories of other apps: `nixosConfigurations = lunchbox.lib.hosts ./.;`
      lib = { inherit hosts; };
      nixosModules.default = ./nixos;

      # `nixos-rebuild switch --flake .#<env>`
      nixosConfigurations = hosts ./.;

      # `nix build .#droplet-image-<env>`: compressed, for DigitalOcean to import by URL. It holds no secret.
      packages.${hostSystem} = named "droplet-image-" (
        host: host.config.system.build.images.digital-ocean
      );

      # Hosts are built; images, which are large, are only evaluated.
      checks.${hostSystem} =
        named "host-" (host: host.config.system.build.toplevel)
        // named "image-" (
          host:
          nixpkgs.legacyPackages.${hostSystem}.writeText "evaluated" (
            builtins.unsafeDiscardStringContext host.config.system.build.images.digital-ocean.drvPath
          )
        );

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
