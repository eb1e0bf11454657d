# The release of NixOS that all this was written for, and what the next one breaks.
{ config, lib, ... }:
let
  supported = "26.05";
  # Of k3s in that release, and of the schemas that manifests are validated against.
  kubernetes = "1.35";

  running = config.system.nixos.release;
  k3s = lib.versions.majorMinor config.services.k3s.package.version;
in
{
  system.stateVersion = config.lunchbox.stateVersion;

  warnings =
    lib.optional (running != supported) ''
      This is NixOS ${running}; the modules of Lunchbox were written for ${supported}. Before a move to 26.11:
      droplets can no longer be made by nixos-infect, which needs the scripted initrd (boot from
      `packages.x86_64-linux.droplet-image-<env>` instead); k3s steps one minor version up, from ${kubernetes}; and
      `nixosSystem` takes no `extraArgs` or `check` any more. Try it on a droplet that you can throw away.
    ''
    ++ lib.optional (k3s != kubernetes) ''
      k3s is of Kubernetes ${k3s}, and the manifests were validated against ${kubernetes}: regenerate the schema
      pack, and go up one minor version at a time.
    '';

  assertions = [
    {
      assertion = lib.versionAtLeast running "26.11" -> config.boot.initrd.systemd.enable;
      message = ''
        The scripted initrd ends with 26.11. It was only needed while a droplet became NixOS: remove
        `boot.initrd.systemd.enable = false`.
      '';
    }
    {
      assertion = !config.networking.nftables.enable;
      message = ''
        k3s and the firewall of Lunchbox use iptables: the rules that keep pods from the metadata service, and strangers
        from node ports, exist in that backend alone. Set `networking.nftables.enable = false`.
      '';
    }
  ];
}
