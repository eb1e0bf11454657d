import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PINS } from '../../../generator/init/workflows/pins.ts';

/*
 * Other people's actions cannot be fetched here. These do the same with what is on this machine, so that a run goes the
 * way that it goes on GitHub: a checkout really fetches, artifacts really go from job to job, a login is one.
 */

const input = (name: string) => `\${{ inputs.${name} }}`;

const FAKES: Record<keyof typeof PINS, string> = {
  checkout: composite(
    { ref: `\${{ github.sha }}`, 'fetch-depth': '1', 'persist-credentials': '' },
    { REF: input('ref'), DEPTH: input('fetch-depth') },
    [
      'cd "$GITHUB_WORKSPACE"',
      'find . -mindepth 1 -delete',
      'git init -q .',
      'git remote add origin "$ORIGIN"',
      'if [ "$DEPTH" = 0 ]; then git fetch -q origin "+refs/heads/*:refs/remotes/origin/*"',
      'else git fetch -q --depth "$DEPTH" origin "$REF"; fi',
      'git checkout -q "$REF"',
    ],
  ),
  setupNode: composite({ 'node-version': '' }, {}, ['node --version']),
  uploadArtifact: composite(
    { name: '', path: '', 'if-no-files-found': '', 'retention-days': '' },
    { NAME: input('name'), FROM: input('path') },
    [
      'mkdir -p "$ARTIFACTS/$NAME"',
      'if [ -d "$FROM" ]; then cp -r "$FROM/." "$ARTIFACTS/$NAME/"; else cp "$FROM" "$ARTIFACTS/$NAME/"; fi',
    ],
  ),
  downloadArtifact: composite({ name: '', path: '' }, { NAME: input('name'), TO: input('path') }, [
    'mkdir -p "$TO"',
    'cp -r "$ARTIFACTS/$NAME/." "$TO/"',
  ]),
  setupBuildx: composite({}, {}, ['docker buildx version']),
  login: composite(
    { registry: '', username: '', password: '' },
    { REGISTRY: input('registry'), NAME: input('username'), PASSWORD: input('password') },
    ['printf %s "$PASSWORD" | docker login --username "$NAME" --password-stdin "$REGISTRY"'],
  ),
};

function composite(
  inputs: Record<string, string>,
  env: Record<string, string>,
  script: readonly string[],
): string {
  return JSON.stringify({
    name: 'stand-in',
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, { default: value }])),
    runs: { using: 'composite', steps: [{ shell: 'bash', env, run: script.join('\n') }] },
  });
}

/** Writes the stand-ins below a folder. @returns act's flags that put them in the place of the pinned ones */
export function fakeActions(folder: string): string[] {
  return Object.entries(PINS).flatMap(([name, [action, commit]]) => {
    const own = join(folder, name);
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, 'action.yml'), FAKES[name as keyof typeof PINS]);
    return ['--local-repository', `${action}@${commit}=${own}`];
  });
}
