# A converted droplet keeps the addresses that DigitalOcean gave Ubuntu, statically: its metadata service is closed. One
# that booted from the image asks for them by DHCP.
{ config, lib, ... }:
let
  cfg = config.lunchbox;
  inherit (cfg) network publicInterface;

  isV6 = lib.hasInfix ":";
  parse =
    text:
    let
      parts = lib.splitString "/" text;
    in
    {
      address = builtins.elemAt parts 0;
      prefixLength = lib.toInt (builtins.elemAt parts 1);
    };
  addresses = family: interface: map parse (builtins.filter family interface.addresses);
in
{
  config = lib.mkMerge [
    {
      # eth0 and eth1, as the firewall names them, whatever the bus looks like.
      networking.usePredictableInterfaceNames = false;
      networking.nftables.enable = lib.mkDefault false;
    }

    (lib.mkIf (network == null) {
      networking.useDHCP = lib.mkDefault true;
      networking.dhcpcd.denyInterfaces = [
        "cni*"
        "flannel*"
        "veth*"
      ];
    })

    (lib.mkIf (network != null) {
      networking = {
        useDHCP = false;
        dhcpcd.enable = false;
        nameservers = network.nameservers;
        interfaces = builtins.listToAttrs (
          map (interface: {
            inherit (interface) name;
            value = {
              ipv4.addresses = addresses (text: !isV6 text) interface;
              ipv6.addresses = addresses isV6 interface;
            };
          }) network.interfaces
        );
        defaultGateway = lib.mkIf (network.gateway4 != null) {
          address = network.gateway4;
          interface = publicInterface;
        };
        # An empty gateway or address of IPv6 would leave a failed unit behind: without IPv6 there is none at all.
        defaultGateway6 = lib.mkIf (network.gateway6 != null) {
          address = network.gateway6;
          interface = publicInterface;
        };
      };
      services.udev.extraRules = lib.concatStringsSep "\n" (
        map (
          { mac, name, ... }:
          ''SUBSYSTEM=="net", ACTION=="add", ATTR{type}=="1", ATTR{address}=="${mac}", NAME="${name}"''
        ) network.interfaces
      );

      assertions = [
        {
          assertion = builtins.any ({ name, ... }: name == publicInterface) network.interfaces;
          message = "lunchbox.network has no interface ${publicInterface}: the firewall would guard nothing.";
        }
        {
          assertion = network.gateway4 != null && network.nameservers != [ ];
          message = "lunchbox.network needs gateway4 and nameservers: nothing could be downloaded or mended without.";
        }
      ];
    })
  ];
}
