# DigitalOcean's metadata service hands user-data to whoever asks. Pods never reach it: a rule drops what comes from their
# bridge, and once the host has read what it needs, the address leads nowhere, for pods in the host's network, too.
{ pkgs, ... }:
let
  address = "169.254.169.254/32";
  rule = "PREROUTING -i cni0 -d ${address} -j DROP";
  remove = "iptables -w -t raw -D ${rule} 2> /dev/null || true\n";
in
{
  networking.firewall = {
    extraCommands = remove + "iptables -w -t raw -I ${rule}\n";
    extraStopCommands = remove;
  };

  systemd.services.lunchbox-metadata = {
    description = "Closes the metadata service of DigitalOcean";
    wantedBy = [ "multi-user.target" ];
    requiredBy = [ "k3s.service" ];
    before = [ "k3s.service" ];
    # Those that read it when a droplet boots from the image.
    after = [
      "network.target"
      "cloud-init.service"
      "digitalocean-metadata.service"
      "digitalocean-entropy-seed.service"
    ];
    # Stopped for a moment, it would take k3s along and open the address.
    restartIfChanged = false;
    serviceConfig = {
      Type = "oneshot";
      RemainAfterExit = true;
      ExecStart = "${pkgs.iproute2}/bin/ip route replace blackhole ${address}";
      ExecStop = "-${pkgs.iproute2}/bin/ip route del blackhole ${address}";
    };
  };
}
