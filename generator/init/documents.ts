import { code } from '../markdown/escape.ts';
import type { Answers } from './answers.ts';

/** README.md of a new repository: what to do next, in three steps. */
export function readmeText({ app, hosts, branch, actions, image }: Answers): string {
  const cli = `https://github.com/${actions.repository}`;
  return `# ${app}

[\`lunchbox.yaml\`](lunchbox.yaml) says what runs, and where. \`clusters/<env>\` is rendered from it by
[Lunchbox](${cli}), and committed: what is reviewed is what runs.

## Three steps to HTTPS

1. **Push this repository** to GitHub, and create the environments \`staging\` and \`prod\` there (Settings → Environments);
   give \`prod\` a required reviewer. The push builds \`${image}\` and commits the first release of each environment.
   Then remove \`tag:\` from lunchbox.yaml.
2. **Make the sealing keys**, once for each environment, and keep the private halves safe, outside of this repository:

   \`\`\`sh
   lunchbox keys new staging && lunchbox keys new prod
   lunchbox seal prod NAME        # for each secret that lunchbox.yaml names
   \`\`\`

3. **Point DNS** at the droplets: ${hosts.staging} and ${hosts.prod}. Certificates are asked for as soon as the names
   lead there.

## Every day

| you want to | do this |
|---|---|
| see what a change does | \`lunchbox review\`, or open a pull request |
| change what runs | edit lunchbox.yaml, \`lunchbox render\`, commit both |
| deliver | merge to ${code(branch)} |
| add a secret | \`lunchbox seal prod NAME\`, and name it under \`secrets:\` |
| know why a value is what it is | \`lunchbox explain prod workloads.web.replicas\` |

\`npx lunchbox\` works in a clone of ${cli}; a release there has the command as a package too.
`;
}

export function codeownersText(owner: string): string {
  return `# What runs is reviewed by those who run it.
* ${owner}
`;
}

/** Renovate keeps the pins of actions, with a week's delay: what is broken or malicious is usually found by then. */
export function renovateText(): string {
  const config = {
    $schema: 'https://docs.renovatebot.com/renovate-schema.json',
    extends: ['config:recommended', 'helpers:pinGitHubActionDigests'],
    minimumReleaseAge: '7 days',
    ignorePaths: ['clusters/**'],
    packageRules: [{ matchManagers: ['github-actions'], groupName: 'actions' }],
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

export function gitignoreText(): string {
  return `# Private halves of sealing keys, and values on their way to being sealed, never belong into git.
*.key
.env
.env.*
node_modules/
`;
}
