# Everything that a host of Lunchbox is. What differs between hosts stands in `config.lunchbox`, which ./host.nix reads
# from clusters/<env>/host.json.
{
  imports = [
    ./options.nix
    ./release.nix
    ./volume.nix
    ./backups.nix
    ./access
    ./droplet
    ./firewall
    ./k3s
    ./maintenance
  ];
}
