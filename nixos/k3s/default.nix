{
  imports = [
    ./node.nix
    ./server.nix
    ./agent.nix
    ./audit.nix
    ./kernel.nix
    ./kubeconfig.nix
    ./pod-security.nix
    ./state.nix
  ];
}
