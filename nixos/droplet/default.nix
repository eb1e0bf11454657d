# The machine: a virtual one of DigitalOcean that boots by BIOS, converted from Ubuntu or booted from the image. Both have
# their root on the first partition of /dev/vda.
{
  config,
  lib,
  modulesPath,
  ...
}:
{
  imports = [
    (modulesPath + "/profiles/qemu-guest.nix")
    ./network.nix
    ./cloud-init.nix
    ./right-host.nix
    ./image.nix
  ];

  nixpkgs.hostPlatform = lib.mkDefault "x86_64-linux";
  networking.hostName = config.lunchbox.hostName;

  boot.loader.grub = {
    enable = lib.mkDefault true;
    # A default, because the image's own module names it, too, and one device must not stand there twice.
    devices = lib.mkDefault [ "/dev/vda" ];
    configurationLimit = lib.mkDefault 10;
  };
  # Nobody sits in front of it.
  boot.loader.timeout = lib.mkDefault 1;
  boot.tmp.cleanOnBoot = lib.mkDefault true;
  # A droplet of a larger size uses its whole disk after the next boot.
  boot.growPartition = lib.mkDefault true;

  fileSystems."/" = {
    device = lib.mkDefault "/dev/vda1";
    fsType = lib.mkDefault "ext4";
    autoResize = lib.mkDefault true;
  };

  # Builds and rollouts have peaks that little memory survives only compressed.
  zramSwap.enable = lib.mkDefault true;

  documentation.enable = lib.mkDefault false;
}
