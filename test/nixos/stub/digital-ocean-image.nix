# What nixpkgs' own module of this image says, where Lunchbox says something, too: with its priorities, which collide or not.
{ lib, ... }:
{
  boot.growPartition = true;
  boot.loader.grub.devices = [ "/dev/vda" ];
  fileSystems."/" = lib.mkDefault {
    device = "/dev/disk/by-label/nixos";
    autoResize = true;
    fsType = "ext4";
  };
  networking.hostName = lib.mkDefault "";
  services.do-agent.enable = lib.mkDefault true;
  services.openssh = {
    enable = lib.mkDefault true;
    settings.PasswordAuthentication = lib.mkDefault false;
  };
}
