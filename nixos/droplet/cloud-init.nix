# A droplet that booted from the image takes one thing from its user-data: the host key that the provisioning run pinned.
# Neither commands nor files, and nothing that the provider adds.
{ config, lib, ... }:
let
  cfg = config.lunchbox;
in
{
  config = lib.mkIf (cfg.network == null) {
    services.cloud-init = {
      enable = lib.mkDefault true;
      network.enable = lib.mkDefault false;
      settings = {
        datasource_list = [
          "ConfigDrive"
          "DigitalOcean"
        ];
        network.config = "disabled";
        preserve_hostname = true;
        # Before sshd starts, and only when the droplet is new.
        cloud_init_modules = [
          "seed_random"
          "ssh"
        ];
        cloud_config_modules = [ ];
        cloud_final_modules = [ ];
        ssh_genkeytypes = [ ];
        # Who may log in stands in host.json.
        allow_public_ssh_keys = false;
        vendor_data.enabled = false;
        vendor_data2.enabled = false;
      };
    };

    # What it reads is closed by the time somebody switches.
    systemd.services = lib.genAttrs [
      "cloud-config"
      "cloud-final"
      "cloud-init"
      "cloud-init-local"
    ] (_: { restartIfChanged = false; });
  };
}
