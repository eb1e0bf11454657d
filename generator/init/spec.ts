import { refTag } from '../release/ref-tag.ts';
import { scalar } from '../render/yaml/scalar.ts';
import type { Answers } from './answers.ts';
import { flowScalar as flow } from './flow-scalar.ts';

/** For a branch of whose name a registry takes nothing; any tag will do until there is a release. */
const ANY_TAG = 'main';

/** The `lunchbox.yaml` of a new repository: short, and each line one that its owner will want to change some day. */
export function specText(answers: Answers): string {
  const { app, image, context, hosts, email, region, size, port, health, branch } = answers;
  const probe =
    health === 'tcp' ? 'tcp # better: a path that answers 200 when the app is well' : scalar(health);
  return `# yaml-language-server: $schema=./schemas/lunchbox.schema.json
#
# Everything about ${app}. After a change: \`lunchbox render\`, look at the diff, commit both.
app: ${scalar(app)}
image:
  repository: ${scalar(image)}
  # Until the pipeline has written the first release.yaml. Remove it then: a tag can be moved, a digest cannot.
  tag: ${scalar(refTag(branch) ?? ANY_TAG)}
  build: { context: ${flow(context)} }

workloads:
  web:
    port: ${port}
    health: ${probe}
    resources: { cpu: 100m, memory: 256Mi }

tls: { email: ${flow(email)} }
# \`provision\` also wants \`ssh\`: who may come in to the droplet; see the README.
droplet: { region: ${flow(region)}, size: ${flow(size)} }

environments:
  staging:
    hosts: [${flow(hosts.staging)}]
    tls: { issuer: staging } # certificates that browsers do not trust: nothing to run out of while trying things
    workloads: { web: { replicas: 1 } }
  prod:
    hosts: [${flow(hosts.prod)}]
`;
}
