# What kubelet wants of the kernel. With --protect-kernel-defaults it does not set these itself, and refuses to start
# where one of them differs.
{ lib, ... }:
{
  boot.kernel.sysctl = {
    "vm.overcommit_memory" = 1;
    "vm.panic_on_oom" = 0;
    "kernel.panic" = 10;
    "kernel.panic_on_oops" = 1;
    "kernel.keys.root_maxkeys" = 1000000;
    "kernel.keys.root_maxbytes" = 25000000;

    # Many containers watch many files.
    "fs.inotify.max_user_instances" = lib.mkDefault 1024;
  };
  boot.kernelModules = [
    "br_netfilter"
    "overlay"
  ];
}
