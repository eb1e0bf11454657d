# A namespace that says nothing of itself is held to the strictest profile. What Lunchbox renders says so itself; k3s' own
# things, among them the jobs that install charts, are in kube-system.
{ config, lib, ... }:
let
  cfg = config.lunchbox;
  configuration = {
    apiVersion = "apiserver.config.k8s.io/v1";
    kind = "AdmissionConfiguration";
    plugins = [
      {
        name = "PodSecurity";
        configuration = {
          apiVersion = "pod-security.admission.config.k8s.io/v1";
          kind = "PodSecurityConfiguration";
          defaults = {
            enforce = "restricted";
            enforce-version = "latest";
            audit = "restricted";
            audit-version = "latest";
            warn = "restricted";
            warn-version = "latest";
          };
          exemptions = {
            usernames = [ ];
            runtimeClasses = [ ];
            namespaces = cfg.podSecurityExempt;
          };
        };
      }
    ];
  };
  file = "lunchbox/admission.json";
in
{
  options.lunchbox.podSecurityExempt = lib.mkOption {
    type = lib.types.listOf lib.types.str;
    default = [ "kube-system" ];
    description = "Namespaces whose pods may do anything.";
  };

  config = lib.mkIf (cfg.role == "server") {
    environment.etc.${file}.text = builtins.toJSON configuration;
    systemd.services.k3s.restartTriggers = [ config.environment.etc.${file}.text ];
    services.k3s.extraFlags = [
      "--kube-apiserver-arg=admission-control-config-file=/etc/${file}"
    ];
  };
}
