# Node ports and host ports never pass NixOS' firewall: Kubernetes redirects them before, and they are forwarded. This
# chain stands in front of that, on both network cards: new connections only to SSH from its ranges, 80 and 443, and
# whatever comes from other nodes of the cluster.
{ config, lib, ... }:
let
  cfg = config.lunchbox;
  chain = "lunchbox-guard";
  interfaces = [
    cfg.publicInterface
    cfg.privateInterface
  ];

  both = rule: "iptables -w -t mangle ${rule}\nip6tables -w -t mangle ${rule}\n";
  v4 = rule: "iptables -w -t mangle ${rule}\n";
  v6 = rule: "ip6tables -w -t mangle ${rule}\n";
  of = address: if lib.hasInfix ":" address then v6 else v4;
  quietly = command: "${command} 2> /dev/null || true\n";
  each = command: lib.concatMapStrings quietly (lib.filter (line: line != "") (lib.splitString "\n" command));

  remove = each (
    lib.concatMapStrings (interface: both "-D PREROUTING -i ${interface} -j ${chain}") interfaces
    + both "-F ${chain}"
    + both "-X ${chain}"
  );
  add =
    both "-N ${chain}"
    + both "-A ${chain} -m conntrack ! --ctstate NEW -j RETURN"
    + lib.concatMapStrings (
      peer: of peer "-A ${chain} -i ${cfg.privateInterface} -s ${peer} -j RETURN"
    ) cfg.peers
    + lib.concatMapStrings (
      range: of range "-A ${chain} -p tcp --dport ${toString cfg.port} -s ${range} -j RETURN"
    ) cfg.sshFrom
    + both "-A ${chain} -p tcp --dport 80 -j RETURN"
    + both "-A ${chain} -p tcp --dport 443 -j RETURN"
    + v4 "-A ${chain} -p icmp -j RETURN"
    + v6 "-A ${chain} -p ipv6-icmp -j RETURN"
    # Answers of DHCP are no part of a known connection.
    + v4 "-A ${chain} -p udp --sport 67 --dport 68 -j RETURN"
    + v6 "-A ${chain} -p udp -s fe80::/10 --dport 546 -j RETURN"
    + both "-A ${chain} -j DROP"
    + lib.concatMapStrings (interface: both "-I PREROUTING -i ${interface} -j ${chain}") interfaces;
in
{
  networking.firewall = {
    extraCommands = remove + add;
    extraStopCommands = remove;
  };

  assertions = [
    {
      assertion = cfg.sshFrom != [ ];
      message = "`droplet.ssh.from` is empty: nobody could come in any more.";
    }
  ];
}
