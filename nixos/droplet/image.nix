# The image to boot droplets from: `system.build.images.digital-ocean`. It is of the environment, but of no machine: what
# host.json knows of the network is left out.
{
  image.modules.digital-ocean =
    { lib, ... }:
    {
      lunchbox.network = lib.mkForce null;

      virtualisation = {
        digitalOcean = {
          # Would take the cloud-config of user-data for a NixOS configuration and rebuild.
          rebuildFromUserData = false;
          # Who may log in stands in host.json.
          setSshKeys = false;
          setRootPassword = false;
          seedEntropy = lib.mkDefault false;
        };
        digitalOceanImage.compressionMethod = lib.mkDefault "gzip";
      };
      # The image's own module switches it on by a default.
      services.do-agent.enable = lib.mkOverride 900 false;
    };
}
