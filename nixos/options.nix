# What is known of a host: the keys of its host.json, and a few that only a person sets.
{ lib, ... }:
let
  inherit (lib) mkOption types;

  interface = types.submodule {
    options = {
      name = mkOption {
        type = types.str;
        description = "The name that it gets: eth0 is public, eth1 is in the VPC.";
      };
      mac = mkOption {
        type = types.str;
        description = "Its hardware address, in lower case.";
      };
      addresses = mkOption {
        type = types.listOf types.str;
        default = [ ];
        description = "IPv4 and IPv6 addresses with the length of their prefix: 203.0.113.9/20.";
      };
    };
  };

  network = types.submodule {
    options = {
      interfaces = mkOption {
        type = types.listOf interface;
        description = "The public one first, then the one in the VPC.";
      };
      gateway4 = mkOption {
        type = types.nullOr types.str;
        default = null;
      };
      gateway6 = mkOption {
        type = types.nullOr types.str;
        default = null;
      };
      nameservers = mkOption {
        type = types.listOf types.str;
        default = [ ];
      };
    };
  };

  volume = types.submodule {
    options = {
      name = mkOption {
        type = types.str;
        description = "Name of the block volume at DigitalOcean.";
      };
      mountPoint = mkOption {
        type = types.str;
        default = "/srv/data";
      };
    };
  };

  backups = types.submodule {
    options = {
      endpoint = mkOption {
        type = types.str;
        description = "URL of an S3-compatible service.";
      };
      bucket = mkOption { type = types.str; };
      region = mkOption { type = types.str; };
    };
  };
in
{
  options.lunchbox = {
    environment = mkOption {
      type = types.str;
      description = "Name of the environment; also that of its configuration in the flake.";
    };
    hostName = mkOption { type = types.str; };
    stateVersion = mkOption {
      type = types.str;
      description = "The release of NixOS that the host was first made with. It stays when the host is upgraded.";
    };
    address = mkOption {
      type = types.nullOr types.str;
      default = null;
      description = "Where SSH and users come in; null as long as nothing was provisioned.";
    };
    port = mkOption {
      type = types.port;
      default = 22;
      description = "Of sshd.";
    };
    user = mkOption {
      type = types.str;
      default = "lunchbox";
      description = "The user that deliveries come in as.";
    };

    role = mkOption {
      type = types.enum [
        "server"
        "agent"
      ];
      default = "server";
    };
    clusterInit = mkOption {
      type = types.bool;
      default = false;
      description = "Whether the datastore is embedded etcd, which more servers can join, instead of SQLite.";
    };
    serverAddress = mkOption {
      type = types.nullOr types.str;
      default = null;
      description = "URL of a server to join, https://10.10.0.2:6443. The first server has none.";
    };
    peers = mkOption {
      type = types.listOf types.str;
      default = [ ];
      description = "Addresses of the cluster's other nodes in the VPC. Nobody else there reaches anything of k3s.";
    };

    operators = mkOption {
      type = types.listOf types.str;
      default = [ ];
      description = "Public keys of people who may become root.";
    };
    deploy = mkOption {
      type = types.listOf types.str;
      default = [ ];
      description = "Public keys that may deliver, and nothing else.";
    };
    sshFrom = mkOption {
      type = types.listOf types.str;
      default = [
        "0.0.0.0/0"
        "::/0"
      ];
      description = "Ranges that may reach sshd.";
    };

    network = mkOption {
      type = types.nullOr network;
      default = null;
      description = "The static network of a converted droplet; null for one that booted from an image and uses DHCP.";
    };
    publicInterface = mkOption {
      type = types.str;
      default = "eth0";
    };
    privateInterface = mkOption {
      type = types.str;
      default = "eth1";
      description = "The interface in the VPC, whether there is one or not.";
    };

    volume = mkOption {
      type = types.nullOr volume;
      default = null;
      description = "Holds k3s' state and the volumes of pods. Without one they are on the root disk, and lost with it.";
    };
    backups = mkOption {
      type = types.nullOr backups;
      default = null;
    };
  };
}
