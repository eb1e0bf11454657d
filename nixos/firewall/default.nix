# Three layers. In front of the droplet DigitalOcean's own firewall; then ./public-guard.nix, before Kubernetes redirects
# anything; then NixOS' firewall, for what the host itself listens on.
{
  imports = [
    ./host-ports.nix
    ./metadata.nix
    ./public-guard.nix
  ];
}
