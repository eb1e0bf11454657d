# Who asked the API server to do what. Without bodies: they hold secrets.
{ config, lib, ... }:
let
  policy = {
    apiVersion = "audit.k8s.io/v1";
    kind = "Policy";
    omitStages = [ "RequestReceived" ];
    rules = [
      # Components that look after themselves, several times a second.
      {
        level = "None";
        resources = [
          {
            group = "coordination.k8s.io";
            resources = [ "leases" ];
          }
          {
            group = "";
            resources = [ "events" ];
          }
          {
            group = "events.k8s.io";
            resources = [ "events" ];
          }
        ];
      }
      {
        level = "None";
        nonResourceURLs = [
          "/healthz*"
          "/livez*"
          "/readyz*"
          "/version"
        ];
      }
      # Whoever reads a secret is written down, whoever it is.
      {
        level = "Metadata";
        resources = [
          {
            group = "";
            resources = [
              "secrets"
              "serviceaccounts/token"
            ];
          }
        ];
      }
      {
        level = "None";
        verbs = [
          "get"
          "list"
          "watch"
        ];
        userGroups = [
          "system:nodes"
          "system:serviceaccounts"
        ];
      }
      {
        level = "None";
        verbs = [
          "get"
          "list"
          "watch"
        ];
        users = [
          "system:apiserver"
          "system:kube-controller-manager"
          "system:kube-proxy"
          "system:kube-scheduler"
        ];
      }
      { level = "Metadata"; }
    ];
  };
  file = "lunchbox/audit-policy.json";
  folder = "/var/log/k3s";
in
{
  config = lib.mkIf (config.lunchbox.role == "server") {
    environment.etc.${file}.text = builtins.toJSON policy;
    systemd.tmpfiles.rules = [ "d ${folder} 0700 root root -" ];
    systemd.services.k3s.restartTriggers = [ config.environment.etc.${file}.text ];
    services.k3s.extraFlags = [
      "--kube-apiserver-arg=audit-policy-file=/etc/${file}"
      "--kube-apiserver-arg=audit-log-path=${folder}/audit.log"
      # Days, files, and megabytes of each.
      "--kube-apiserver-arg=audit-log-maxage=30"
      "--kube-apiserver-arg=audit-log-maxbackup=5"
      "--kube-apiserver-arg=audit-log-maxsize=50"
    ];
  };
}
