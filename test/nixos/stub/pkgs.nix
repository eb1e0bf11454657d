# Packages as far as modules name them: each is the path where it would be.
let
  package = name: version: {
    inherit name version;
    type = "derivation";
    outPath = "/stub/${name}";
  };
in
{
  runtimeShell = "/stub/bash/bin/bash";
}
// builtins.listToAttrs (
  map
    (name: {
      inherit name;
      value = package name "1.0";
    })
    [
      "coreutils"
      "curl"
      "gawk"
      "iproute2"
      "nix"
      "restic"
      "sqlite"
      "systemd"
      "util-linux"
    ]
)
// {
  k3s = package "k3s" "1.35.8+k3s1";
}
