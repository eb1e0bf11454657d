{
  imports = [
    ./sshd.nix
    ./operators.nix
    ./deploy-user.nix
  ];
}
