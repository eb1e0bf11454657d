# The options of NixOS that the modules of Lunchbox set or read, with their types, and no others: a misspelt one is an
# error.
pkgs:
{ lib, ... }:
let
  inherit (lib) mkOption types;
  inherit (types)
    anything
    attrsOf
    bool
    either
    int
    lines
    listOf
    nullOr
    port
    str
    submodule
    ;

  option = type: default: mkOption { inherit type default; };
  required = type: mkOption { inherit type; };
  off = option bool false;
  on = option bool true;
  strings = option (listOf str) [ ];
  packages = option (listOf anything) [ ];
  things = option (attrsOf anything) { };
  set = options: option (attrsOf (submodule { inherit options; })) { };

  unit = {
    description = option str "";
    wantedBy = strings;
    requiredBy = strings;
    before = strings;
    after = strings;
    wants = strings;
    unitConfig = things;
  };
  addresses = option (listOf (submodule {
    options = {
      address = required str;
      prefixLength = required int;
    };
  })) [ ];
  gateway = option (nullOr (submodule {
    options = {
      address = required str;
      interface = required str;
    };
  })) null;
  ports = option (listOf port) [ ];
in
{
  options = {
    assertions = option (listOf (submodule {
      options = {
        assertion = required bool;
        message = required str;
      };
    })) [ ];
    warnings = strings;

    boot = {
      growPartition = off;
      initrd = {
        availableKernelModules = strings;
        systemd.enable = on;
      };
      kernel.sysctl = option (attrsOf (either int str)) { };
      kernelModules = strings;
      loader.grub = {
        enable = on;
        devices = strings;
        configurationLimit = option int 100;
      };
      loader.timeout = option int 5;
      tmp.cleanOnBoot = off;
    };
    documentation.enable = on;
    environment = {
      etc = set {
        text = option (nullOr lines) null;
        source = option (nullOr anything) null;
      };
      systemPackages = packages;
    };
    fileSystems = set {
      device = required str;
      fsType = option str "auto";
      options = strings;
      autoResize = off;
    };
    image.modules = option (attrsOf types.deferredModule) { };
    networking = {
      defaultGateway = gateway;
      defaultGateway6 = gateway;
      dhcpcd = {
        enable = on;
        denyInterfaces = strings;
      };
      firewall = {
        enable = on;
        allowedTCPPorts = ports;
        allowedUDPPorts = ports;
        interfaces = set {
          allowedTCPPorts = ports;
          allowedUDPPorts = ports;
        };
        trustedInterfaces = strings;
        extraCommands = option lines "";
        extraStopCommands = option lines "";
      };
      hostName = required str;
      interfaces = set {
        ipv4.addresses = addresses;
        ipv6.addresses = addresses;
      };
      nameservers = strings;
      nftables.enable = off;
      useDHCP = on;
      usePredictableInterfaceNames = on;
    };
    nix = {
      gc = {
        automatic = off;
        dates = option str "";
        options = option str "";
        randomizedDelaySec = option str "0";
      };
      package = option anything pkgs.nix;
      settings = things;
    };
    nixpkgs.hostPlatform = required str;
    services = {
      cloud-init = {
        enable = off;
        network.enable = off;
        settings = things;
      };
      do-agent.enable = off;
      k3s = {
        enable = off;
        package = option anything pkgs.k3s;
        role = option str "server";
        clusterInit = off;
        serverAddr = option str "";
        tokenFile = option (nullOr types.path) null;
        extraFlags = option (either str (listOf str)) [ ];
        gracefulNodeShutdown.enable = off;
      };
      openssh = {
        enable = off;
        ports = ports;
        hostKeys = option (listOf anything) [ ];
        authorizedKeysInHomedir = on;
        settings = things;
        extraConfig = option lines "";
      };
      udev.extraRules = option lines "";
    };
    system = {
      nixos.release = option str "26.05";
      preSwitchChecks = option (attrsOf str) { };
      stateVersion = required str;
    };
    systemd = {
      package = option anything pkgs.systemd;
      paths = set (unit // { pathConfig = things; });
      services = set (
        unit
        // {
          environment = option (attrsOf str) { };
          path = packages;
          postStart = option lines "";
          preStart = option lines "";
          restartIfChanged = on;
          restartTriggers = option (listOf anything) [ ];
          script = option lines "";
          serviceConfig = things;
        }
      );
      timers = set (unit // { timerConfig = things; });
      tmpfiles.rules = strings;
    };
    users = {
      allowNoPasswordLogin = off;
      groups = set { };
      mutableUsers = on;
      users = set {
        isSystemUser = off;
        group = option str "";
        description = option str "";
        shell = option (nullOr str) null;
        openssh.authorizedKeys.keys = strings;
      };
    };
    virtualisation = {
      digitalOcean = {
        rebuildFromUserData = on;
        setSshKeys = on;
        setRootPassword = off;
        seedEntropy = on;
      };
      digitalOceanImage.compressionMethod = option str "gzip";
    };
    zramSwap.enable = off;
  };

  # As openssh's module does.
  config.networking.firewall.trustedInterfaces = [ "lo" ];
}
