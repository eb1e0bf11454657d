import { code } from '../markdown/escape.ts';
import type { Answers } from './answers.ts';

/** README.md of a new repository: what to do next, in four steps. */
export function readmeText({ app, hosts, branch, actions, image }: Answers): string {
  const cli = `https://github.com/${actions.repository}`;
  return `# ${app}

[\`lunchbox.yaml\`](lunchbox.yaml) says what runs, and where. \`clusters/<env>\` is rendered from it by
[Lunchbox](${cli}), and committed: what is reviewed is what runs.

## Four steps to HTTPS

1. **Push this repository** to GitHub, and create the environments \`staging\` and \`prod\` there (Settings → Environments);
   give \`prod\` a required reviewer. The push builds \`${image}\` and commits the first release of each environment.
   Then remove \`tag:\` from lunchbox.yaml.
2. **Make the sealing keys**, once for each environment, and keep the private halves safe, outside of this repository:

   \`\`\`sh
   lunchbox keys new staging && lunchbox keys new prod
   lunchbox seal prod NAME        # for each secret that lunchbox.yaml names
   \`\`\`

   Make the environments \`staging-bootstrap\` and \`prod-bootstrap\` and give each its private half as the secret
   \`SEALING_KEY\`: only the workflow *bootstrap*, which is started by hand once for each new droplet, reads it.
3. **Let GitHub in**: the secret \`DEPLOY_SSH_KEY\` belongs into \`staging\`, \`prod\`, \`staging-drift\`, \`prod-drift\` and
   both \`-bootstrap\` environments; restrict each of them to the branch ${code(branch)}. Allow *GitHub Actions to create pull
   requests* (Settings → Actions): a release that fails is taken back, and git with it.
4. **Point DNS** at the droplets: ${hosts.staging} and ${hosts.prod}. Certificates are asked for as soon as the names
   lead there.

## Every day

| you want to | do this |
|---|---|
| see what a change does | \`lunchbox review\`, or open a pull request |
| change what runs | edit lunchbox.yaml, \`lunchbox render\`, commit both |
| deliver | merge to ${code(branch)} |
| know what runs | \`lunchbox status prod\`, \`lunchbox history prod\` |
| go back | \`lunchbox rollback prod\`, and revert the commit |
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
