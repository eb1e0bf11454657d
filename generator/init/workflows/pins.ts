/**
 * Other people's actions, each at the full commit of a release: a tag can be moved, a commit cannot. Renovate, which a
 * new repository is set up for, keeps commit and version together.
 */
export const PINS = {
  checkout: ['actions/checkout', '8e8c483db84b4bee98b60c0593521ed34d9990e8', 'v6.0.1'],
  setupNode: ['actions/setup-node', '2028fbc5c25fe9cf00d9f06a71cc4710d4507903', 'v6.0.0'],
  uploadArtifact: ['actions/upload-artifact', 'b7c566a772e6b6bfb58ed0dc250532a479d7789f', 'v6.0.0'],
  downloadArtifact: ['actions/download-artifact', '37930b1c2abaa49bbe596cd826c3c89aef350131', 'v7.0.0'],
  setupBuildx: ['docker/setup-buildx-action', 'e468171a9de216ec08956ac3ada2f0791b6bd435', 'v3.11.1'],
  login: ['docker/login-action', '5e57cd118135c172c3672efd75eb46360885c0ef', 'v3.6.0'],
} as const satisfies Record<string, readonly [action: string, commit: string, version: string]>;

/** What stands after `uses:`. */
export function pinned(name: keyof typeof PINS): string {
  const [action, commit, version] = PINS[name];
  return `${action}@${commit} # ${version}`;
}
