{
  imports = [
    ./garbage.nix
    ./unattended-switch.nix
  ];
}
