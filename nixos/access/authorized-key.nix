# What the key of deliveries may do, and what sshd says of its user: the same words as `authorizedKey` and
# `tunnelSshdConfig` of generator/deploy/authorized-key.ts, which is where their reasons stand. A test compares them.
{
  line =
    {
      key,
      kubeconfig,
      ports ? [
        6443
        443
        80
      ],
    }:
    let
      options = [
        "restrict"
        "port-forwarding"
      ]
      ++ map (port: ''permitopen="127.0.0.1:${toString port}"'') ports
      ++ [
        ''permitlisten="127.0.0.1:1"''
        ''command="cat ${kubeconfig} && echo && echo ... && exec cat >/dev/null"''
      ];
    in
    "${builtins.concatStringsSep "," options} ${key}";

  sshdConfig = user: ''
    Match User ${user}
      AuthenticationMethods publickey
      AllowTcpForwarding local
      AllowStreamLocalForwarding no
      AllowAgentForwarding no
      X11Forwarding no
      PermitTTY no
      PermitTunnel no
      PermitUserRC no
    Match all
  '';

  isPublicKey =
    key:
    builtins.match "(ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,2}( [^[:cntrl:]]*)?" key
    != null;
}
