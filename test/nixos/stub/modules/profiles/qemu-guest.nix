# Stands for the profile of the same name in nixpkgs.
{
  boot.initrd.availableKernelModules = [ "virtio_blk" ];
}
