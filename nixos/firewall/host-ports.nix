# What the host listens on, and for whom. The API server (6443) is for pods, other nodes and the host itself, which is
# where SSH tunnels end; kubelet (10250) for pods and other nodes.
{ config, lib, ... }:
let
  cfg = config.lunchbox;
  server = cfg.role == "server";

  # Of k3s, from another node: the API server, etcd, kubelet, flannel's VXLAN.
  between =
    lib.optionals server [
      "tcp --dport 6443"
      "tcp --dport 2379:2380"
    ]
    ++ [
      "tcp --dport 10250"
      "udp --dport 8472"
    ];
  program = address: if lib.hasInfix ":" address then "ip6tables" else "iptables";
  accept = peer: ports: ''
    ${program peer} -w -A nixos-fw -i ${cfg.privateInterface} -s ${peer} -p ${ports} -j nixos-fw-accept
  '';
in
{
  networking.firewall = {
    enable = true;
    allowedTCPPorts = [
      cfg.port
      80
      443
    ];
    # Pods talk to the Kubernetes service by its address on the host: without this CoreDNS and all controllers fail.
    interfaces.cni0.allowedTCPPorts = lib.optional server 6443 ++ [ 10250 ];
    # The chain is made anew before each of these runs.
    extraCommands = lib.concatMapStrings (peer: lib.concatMapStrings (accept peer) between) cfg.peers;
  };
}
