import { code } from '../markdown/escape.ts';
import { NEEDED_SCOPES } from '../provision/scopes.ts';
import type { Answers } from './answers.ts';

/** README.md of a new repository: what to do next, in six steps, and every day. */
export function readmeText({ app, hosts, branch, actions, image, region, size }: Answers): string {
  const cli = `https://github.com/${actions.repository}`;
  return `# ${app}

[\`lunchbox.yaml\`](lunchbox.yaml) says what runs, and where. \`clusters/<env>\` is rendered from it by
[Lunchbox](${cli}), and committed: what is reviewed is what runs.

## From nothing to HTTPS

1. **Push this repository** to GitHub, and create the environments \`staging\` and \`prod\` there (Settings → Environments);
   give \`prod\` a required reviewer. The push builds \`${image}\` and commits the first release of each environment.
   Then remove \`tag:\` from lunchbox.yaml.
2. **Make the sealing keys**, once for each environment, and keep the private halves safe, outside of this repository:

   \`\`\`sh
   lunchbox keys new staging && lunchbox keys new prod
   lunchbox seal prod NAME        # for each secret that lunchbox.yaml names
   \`\`\`

3. **Say who may come in**: make a key pair for the workflow that provisions and one for deliveries, without a passphrase
   (\`ssh-keygen -t ed25519 -N '' -f operator\`), and name the public halves, yours too:

   \`\`\`yaml
   droplet:
     region: ${region}
     size: ${size}
     ssh:
       operators: [ssh-ed25519 AAAA… me@laptop, ssh-ed25519 AAAA… provision]   # become root
       deploy: [ssh-ed25519 AAAA… deliveries]                                  # deliver, and nothing else
     escrow: [age1…]   # who can open what is needed when a droplet is lost; optional
   \`\`\`

   Then \`lunchbox render\`, once \`nix flake lock\`, and commit it all with \`flake.lock\`: [flake.nix](flake.nix) is what the
   droplets become, and the lock pins it. Without Nix on your machine:

   \`\`\`sh
   docker run --rm -v "$PWD:/work" -w /work nixos/nix \\
     nix --extra-experimental-features 'nix-command flakes' flake lock path:.
   \`\`\`

4. **Let GitHub in**: make these environments, and restrict each of them to the branch ${code(branch)}.

   | environment | secrets | reviewer |
   |---|---|---|
   | \`staging\`, \`prod\` | \`DEPLOY_SSH_KEY\` | for \`prod\` |
   | \`staging-drift\`, \`prod-drift\` | \`DEPLOY_SSH_KEY\` | none: they only look |
   | \`staging-plan\`, \`prod-plan\` | \`DIGITALOCEAN_TOKEN\`: one that may only read | none: they only look |
   | \`staging-provision\`, \`prod-provision\` | \`DIGITALOCEAN_TOKEN\`, \`OPERATOR_KEY\`, \`SEALING_KEY\` | **required** |

   \`OPERATOR_KEY\` and \`DEPLOY_SSH_KEY\` are the private halves of step 3, \`SEALING_KEY\` that of step 2. With
   \`droplet.backups\` the last row also has \`BACKUP_PASSWORD\`, \`BACKUP_ACCESS_KEY\` and \`BACKUP_SECRET_KEY\`. Allow
   *GitHub Actions to create pull requests* (Settings → Actions): a release that fails is taken back, and git with it.
5. **Provision**: Actions → *provision* → \`plan\` says what the account lacks and what it costs; \`apply\` plans again, waits
   for the reviewer of that very plan, does it, and commits what is known of the droplet. From a laptop it is
   \`lunchbox provision staging plan\` and \`apply\`. Then start *deploy*.
6. **Point DNS** at the addresses: ${hosts.staging} and ${hosts.prod}. Where DigitalOcean keeps the zone it is done for you; else
   the page of the run says which records to set. Certificates are asked for as soon as the names lead there.

### Tokens for DigitalOcean

In its control panel: API → Tokens → Generate New Token → Custom Scopes. To provision:

${scopeList(NEEDED_SCOPES)}

To plan, those that end in \`:read\`:

${scopeList(NEEDED_SCOPES.filter((scope) => scope.endsWith(':read')))}

### A droplet made by hand

\`clusters/<env>/user-data.yaml\` holds no secret: paste it into the web console (Create Droplet → Advanced options → Add
initialization scripts), or hand it over:

\`\`\`sh
doctl compute droplet create ${app}-prod --region ${region} --size ${size} \\
  --image ubuntu-24-04-x64 --enable-ipv6 --ssh-keys FINGERPRINT --user-data-file clusters/prod/user-data.yaml
\`\`\`

When \`/var/log/become-nixos.log\` on it ends with \`done: the next boot is NixOS\`, reboot it. *provision* does not touch it, and
what it would write down is yours: \`clusters/prod/droplet.json\` (\`address\`, and of a converted machine \`interfaces\`,
\`gateway4\`, \`gateway6\`, \`nameservers\`) and, as the console shows it, the host key in \`clusters/prod/known_hosts\`. Then
\`lunchbox render\`, commit, \`lunchbox host prod switch\`. Give it the tags \`lunchbox:${app}:prod\` and
\`lunchbox-ready:${app}:prod\`, and *provision* takes it for the one that serves users. The workflow *bootstrap* brings the sealing key to a cluster that
*provision* did not make: it wants \`SEALING_KEY\` and \`DEPLOY_SSH_KEY\` in an environment \`prod-bootstrap\`.

### When a droplet is lost

\`clusters/<env>/escrow.age\` holds the environment's sealing key and k3s' token, for whoever has the private half of an age
recipient under \`droplet.escrow\` (\`age-keygen -o IDENTITY\` makes one; keep it outside of this repository):

\`\`\`sh
age -d -i IDENTITY clusters/prod/escrow.age | jq -r .sealingKey > prod.key   # or .k3sToken
\`\`\`

\`lunchbox provision prod apply --sealing-key prod.key\` makes a new droplet with it, \`lunchbox unseal prod --key prod.key\` opens
what is sealed.

## Every day

| you want to | do this |
|---|---|
| see what a change does | \`lunchbox review\`, or open a pull request |
| change what runs | edit lunchbox.yaml, \`lunchbox render\`, commit both |
| deliver | merge to ${code(branch)} |
| know what runs | \`lunchbox status prod\`, \`lunchbox history prod\` |
| go back | \`lunchbox rollback prod\`, and revert the commit |
| add a secret | \`lunchbox seal prod NAME\`, and name it under \`secrets:\` |
| change a droplet | edit \`droplet:\`, \`lunchbox render\`, commit, *provision* → \`apply\` |
| change who may come in | edit \`droplet.ssh\`, \`lunchbox render\`, commit, *provision* → \`apply\` (firewall), \`lunchbox host prod switch\` (keys) |
| know why a value is what it is | \`lunchbox explain prod workloads.web.replicas\` |

\`npx lunchbox\` works in a clone of ${cli}; a release there has the command as a package too.
`;
}

/** Scopes by resource, as the control panel lists them. */
function scopeList(scopes: readonly string[]): string {
  const byResource = new Map<string, string[]>();
  for (const scope of scopes) {
    const [resource = '', right = ''] = scope.split(':');
    byResource.set(resource, [...(byResource.get(resource) ?? []), right]);
  }
  return [...byResource].map(([resource, rights]) => `- \`${resource}\`: ${rights.join(', ')}`).join('\n');
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
