import type { Answers } from './answers.ts';

/**
 * `flake.nix` of a new repository: its hosts, made by the release of Lunchbox whose actions its workflows use. What that
 * pins in turn stands in `flake.lock`, which only `nix flake lock` can write: a hash is made of what is downloaded.
 */
export function flakeText({ app, actions }: Answers): string {
  const { repository, commit, version } = actions;
  return `{
  description = "The hosts of ${app}'s environments";

  # The release of Lunchbox that the workflows use, too; flake.lock pins it, and the NixOS that it was made for.
  inputs.lunchbox.url = "github:${repository}/${commit}"; # ${version}

  outputs =
    { self, lunchbox }:
    {
      # \`nixos-rebuild switch --flake .#<env>\`
      nixosConfigurations = lunchbox.lib.hosts ./.;

      # \`nix build .#droplet-image-<env>\`: compressed, for DigitalOcean to import by URL. It holds no secret.
      packages.x86_64-linux = lunchbox.inputs.nixpkgs.lib.mapAttrs' (environment: host: {
        name = "droplet-image-\${environment}";
        value = host.config.system.build.images.digital-ocean;
      }) self.nixosConfigurations;

      # What an operator needs: \`nix develop\`.
      inherit (lunchbox) devShells formatter;
    };
}
`;
}
