import { NIX_CHANNEL } from '../provision/user-data/become-nixos.ts';
import type { Answers } from './answers.ts';

/**
 * `flake.nix` of a new repository: its hosts, made by the release of Lunchbox whose actions its workflows use. What is
 * pinned stands in `flake.lock`, which only `nix flake lock` can write: a hash is made of what is downloaded. nixpkgs is an
 * input of its own, so that a host can build itself with security fixes that are newer than the lock.
 */
export function flakeText({ app, actions }: Answers): string {
  const { repository, commit, version } = actions;
  return `{
  description = "The hosts of ${app}'s environments";

  inputs = {
    # The stable release that hosts run. flake.lock pins its state; \`nix flake update nixpkgs\` brings the newest.
    nixpkgs.url = "github:NixOS/nixpkgs/${NIX_CHANNEL}";

    # The release of Lunchbox that the workflows use, too.
    lunchbox.url = "github:${repository}/${commit}"; # ${version}
    lunchbox.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    {
      self,
      nixpkgs,
      lunchbox,
    }:
    {
      # \`nixos-rebuild switch --flake .#<env>\`
      nixosConfigurations = lunchbox.lib.hosts ./.;

      # \`nix build .#droplet-image-<env>\`: compressed, for DigitalOcean to import by URL. It holds no secret.
      packages.x86_64-linux = nixpkgs.lib.mapAttrs' (environment: host: {
        name = "droplet-image-\${environment}";
        value = host.config.system.build.images.digital-ocean;
      }) self.nixosConfigurations;

      # What an operator needs: \`nix develop\`.
      inherit (lunchbox) devShells formatter;
    };
}
`;
}
