# A module from an environment's name and its host.json. A key that no option knows is an error of evaluation.
environment: file:
{
  lunchbox = builtins.fromJSON (builtins.readFile file) // {
    inherit environment;
  };
}
