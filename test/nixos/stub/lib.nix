# The part of nixpkgs' library that the modules of Lunchbox use, for machines without nixpkgs: options with types and
# priorities, and `evalModules`. Less strict than the real one, and never more lenient about what exists: an option or a
# function that is not here is an error. The tests run with nixpkgs' own library, too, where there is one.
let
  inherit (builtins)
    attrNames
    concatLists
    concatStringsSep
    elem
    elemAt
    filter
    foldl'
    functionArgs
    head
    isAttrs
    isBool
    isFunction
    isInt
    isList
    isPath
    isString
    length
    listToAttrs
    mapAttrs
    match
    replaceStrings
    split
    ;

  # --- lists, strings, sets ---
  concatMap = f: list: concatLists (map f list);
  concatMapStrings = f: list: concatStringsSep "" (map f list);
  reverse = foldl' (before: x: [ x ] ++ before) [ ];
  unique = foldl' (known: x: if elem x known then known else known ++ [ x ]) [ ];
  hasInfix = part: text: length (splitString part text) > 1;
  characters = text: builtins.genList (at: builtins.substring at 1 text) (builtins.stringLength text);
  escapeRegex = concatMapStrings' (
    character: if elem character (characters "\\.+*?()[]{}^$|") then "\\${character}" else character
  );
  concatMapStrings' = f: text: concatMapStrings f (characters text);
  splitString = separator: text: filter isString (split (escapeRegex separator) text);
  toInt =
    text:
    if match "-?(0|[1-9][0-9]*)" text == null then
      throw "toInt: ${text}"
    else
      builtins.fromJSON text;

  # --- properties ---
  mkIf = condition: content: {
    _type = "if";
    inherit condition content;
  };
  mkMerge = contents: {
    _type = "merge";
    inherit contents;
  };
  mkOverride = priority: content: {
    _type = "override";
    inherit priority content;
  };

  # Properties of a set become properties of its values; conditions are not looked at.
  push =
    value:
    if !isAttrs value then
      throw "a set was expected, and this is ${builtins.typeOf value}"
    else if value._type or "" == "merge" then
      concatMap push value.contents
    else if value._type or "" == "if" then
      map (mapAttrs (_: mkIf value.condition)) (push value.content)
    else if value._type or "" == "override" then
      map (mapAttrs (_: mkOverride value.priority)) (push value.content)
    else
      [ value ];

  # A value with its properties -> what it says, each with its priority.
  discharge =
    priority: value:
    let
      kind = if isAttrs value then value._type or "" else "";
    in
    if kind == "merge" then
      concatMap (discharge priority) value.contents
    else if kind == "if" then
      (if value.condition then discharge priority value.content else [ ])
    else if kind == "override" then
      discharge value.priority value.content
    else
      [ { inherit priority value; } ];

  strongest =
    said:
    let
      best = foldl' (least: { priority, ... }: if priority < least then priority else least) 10000 said;
    in
    map ({ value, ... }: value) (filter ({ priority, ... }: priority == best) said);

  # --- types: check of one value, merge of several ---
  show = value: if isFunction value then "a function" else builtins.toJSON value;
  one =
    path: values:
    if builtins.all (value: value == head values) values then
      head values
    else
      throw "The option `${path}' has conflicting definition values: ${concatStringsSep ", " (map show values)}";
  scalar = name: check: {
    inherit name check;
    merge = one;
  };
  merged =
    type: path: values:
    let
      wrong = filter (value: !type.check value) values;
    in
    if wrong != [ ] then
      throw "A definition for option `${path}' is not of type `${type.name}': ${show (head wrong)}"
    else
      type.merge path values;

  types = rec {
    bool = scalar "boolean" isBool;
    int = scalar "integer" isInt;
    str = scalar "string" isString;
    path = scalar "path" (
      value: isPath value || (isString value && match "/.*" value != null) || value ? outPath
    );
    package = scalar "package" (value: isAttrs value && value ? outPath);
    port = scalar "port" (value: isInt value && value >= 0 && value <= 65535);
    ints.positive = scalar "positive integer" (value: isInt value && value > 0);
    enum = allowed: scalar "one of ${show allowed}" (value: elem value allowed);
    lines = {
      name = "strings of lines";
      check = isString;
      merge = _: concatStringsSep "\n";
    };
    raw = scalar "raw value" (_: true);
    anything = {
      name = "anything";
      check = _: true;
      merge =
        path: values:
        if builtins.all isAttrs values then
          mapAttrs (name: merged anything "${path}.${name}") (byName values)
        else
          one path values;
    };
    nullOr = type: {
      name = "null or ${type.name}";
      check = value: value == null || type.check value;
      merge =
        path: values:
        if builtins.all (value: value == null) values then null else merged type path values;
    };
    either = first: second: {
      name = "${first.name} or ${second.name}";
      check = value: first.check value || second.check value;
      merge =
        path: values:
        if builtins.all first.check values then
          first.merge path values
        else
          merged second path values;
    };
    listOf = type: {
      name = "list of ${type.name}";
      check = isList;
      merge =
        path:
        concatMap (
          concatMap (item: map (said: merged type path [ said ]) (strongest (discharge 100 item)))
        );
    };
    attrsOf = type: {
      name = "attribute set of ${type.name}";
      check = isAttrs;
      merge =
        path: values:
        let
          said = mapAttrs (_: concatMap (discharge 100)) (byName (concatMap push values));
          there = filter (name: said.${name} != [ ]) (attrNames said);
        in
        listToAttrs (
          map (name: {
            inherit name;
            value = merged type "${path}.${name}" (strongest said.${name});
          }) there
        );
    };
    submodule = module: {
      name = "submodule";
      check = value: isAttrs value || isFunction value;
      merge =
        path: values:
        (evalModules {
          modules = [ module ] ++ map (config: { inherit config; }) values;
          prefix = path;
        }).config;
    };
    deferredModule = {
      name = "module";
      check = value: isAttrs value || isFunction value || isPath value;
      merge = _: imports: { inherit imports; };
    };
  };

  # [ { a = 1; } { a = 2; } ] -> { a = [ 1 2 ]; }
  byName =
    sets:
    listToAttrs (
      map (name: {
        inherit name;
        value = concatMap (set: if set ? ${name} then [ set.${name} ] else [ ]) sets;
      }) (unique (concatMap attrNames sets))
    );

  # --- modules ---
  mkOption = declaration: declaration // { _type = "option"; };
  isOption = value: value._type or "" == "option";

  # Declarations of several modules as one tree.
  declare =
    path: trees:
    mapAttrs (
      name: here:
      if isOption (head here) then
        (
          if length here == 1 then
            head here
          else
            throw "The option `${path}${name}' is declared twice."
        )
      else
        declare "${path}${name}." here
    ) (byName trees);

  evalModules =
    {
      modules,
      specialArgs ? { },
      prefix ? "",
    }:
    let
      args = {
        inherit config lib;
      }
      // specialArgs;

      load =
        given:
        let
          module = if isPath given || isString given then import given else given;
          wanted = functionArgs module;
          called =
            if !isFunction module then
              module
            else if wanted == { } then
              module args
            else
              module (builtins.intersectAttrs wanted args);
          full = called ? config || called ? options;
        in
        {
          imports = called.imports or [ ];
          options = called.options or { };
          config = if full then called.config or { } else removeAttrs called [ "imports" ];
        };
      # Level by level, and the last one first, as nixpkgs has it.
      levels =
        given:
        let
          here = map load given;
        in
        if given == [ ] then [ ] else here ++ levels (concatMap (module: module.imports) here);
      loaded = reverse (levels modules);

      options = declare "" (map (module: module.options) loaded);

      evaluate =
        path: tree: definitions:
        let
          said = byName (concatMap push definitions);
        in
        {
          values = mapAttrs (
            name: option:
            if isOption option then
              let
                there = concatMap (discharge 100) (said.${name} or [ ]);
                value =
                  if there != [ ] then
                    merged option.type (path + name) (strongest there)
                  else
                    option.default or (throw "The option `${path}${name}' was accessed but has no value defined.");
              in
              (option.apply or (x: x)) value
            else
              (evaluate "${path}${name}." option (said.${name} or [ ])).values
          ) tree;
          unknown =
            map (name: path + name) (filter (name: !tree ? ${name}) (attrNames said))
            ++ concatMap (
              name:
              if isOption tree.${name} then
                [ ]
              else
                (evaluate "${path}${name}." tree.${name} (said.${name} or [ ])).unknown
            ) (attrNames tree);
        };
      evaluated = evaluate (if prefix == "" then "" else "${prefix}.") options (
        map (module: module.config) loaded
      );
      config = evaluated.values;
    in
    {
      inherit options;
      config =
        if evaluated.unknown == [ ] then
          config
        else
          throw "The option `${head evaluated.unknown}' does not exist.";
    };

  lib = {
    inherit
      concatMap
      concatMapStrings
      evalModules
      hasInfix
      mkIf
      mkMerge
      mkOption
      mkOverride
      splitString
      toInt
      types
      ;
    inherit (builtins) concatStringsSep filter;
    mkDefault = mkOverride 1000;
    mkForce = mkOverride 50;
    optional = condition: value: if condition then [ value ] else [ ];
    optionals = condition: values: if condition then values else [ ];
    optionalAttrs = condition: set: if condition then set else { };
    filterAttrs = keep: set: removeAttrs set (filter (name: !keep name set.${name}) (attrNames set));
    genAttrs =
      names: f:
      listToAttrs (
        map (name: {
          inherit name;
          value = f name;
        }) names
      );
    mapAttrs' = f: set: listToAttrs (map (name: f name set.${name}) (attrNames set));
    nameValuePair = name: value: { inherit name value; };
    escapeShellArg =
      text:
      if match "[[:alnum:],._+:@%/-]+" text != null then
        text
      else
        "'${replaceStrings [ "'" ] [ "'\\''" ] text}'";
    versionAtLeast = a: b: builtins.compareVersions a b >= 0;
    versions.majorMinor =
      version:
      let
        parts = builtins.splitVersion version;
      in
      "${elemAt parts 0}.${elemAt parts 1}";
  };
in
lib
