import { privilege } from '../../../generator/diff/risks/privilege/index.ts';
import { documents, edit, type RiskCase, testCases } from './cases.ts';

const WEB = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      serviceAccountName: web
      automountServiceAccountToken: false
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: RuntimeDefault } }
      containers:
        - name: web
          image: web:1
          ports: [{ containerPort: 8080 }]
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: { drop: [ALL], add: [NET_BIND_SERVICE] }
      volumes: [{ name: tmp, emptyDir: {} }]`;
const DROPS = 'capabilities: { drop: [ALL], add: [NET_BIND_SERVICE] }';
const SERVICE = `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { type: ClusterIP, selector: { app: web }, ports: [{ port: 80 }] }`;
const INGRESS = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
  annotations: { traefik.ingress.kubernetes.io/router.middlewares: shop-login@kubernetescrd }
spec:
  rules:
    - host: shop.example
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] }`;
const LOGIN = `
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: { name: login, namespace: shop }
spec: { basicAuth: { secret: users } }`;
const CHAIN = `
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: { name: all, namespace: shop }
spec: { chain: { middlewares: [{ name: login }] } }`;
const ROLE = `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: reader, namespace: shop }
rules:
  - { apiGroups: [""], resources: [configmaps, endpoints], verbs: [get, list] }
  - { apiGroups: [""], resources: [secrets], resourceNames: [keys], verbs: [get] }`;
const BINDING = `
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: readers, namespace: shop }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader }
subjects: [{ kind: ServiceAccount, name: web, namespace: shop }]`;
const CLUSTER_BINDING = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: admins }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin }
subjects: [{ kind: Group, name: ops }]`;
const CLUSTER_ROLE = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: extra, labels: { a: b } }
rules: [{ nonResourceURLs: [/metrics], verbs: [get] }]`;
const POLICY = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Ingress, Egress]
  ingress:
    - from: [{ podSelector: { matchLabels: { app: api } } }]
      ports: [{ port: 8080 }]
  egress:
    - to: [{ ipBlock: { cidr: 10.0.0.0/8 } }]`;
const DENY = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress, Egress] }`;
const OTHERS = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: others, namespace: shop }
spec:
  podSelector: { matchLabels: { app: other } }
  policyTypes: [Ingress, Egress]
  ingress: [{ from: [{ podSelector: { matchLabels: { app: job } } }], ports: [{ port: 8080 }] }]`;
const NAMESPACE = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { pod-security.kubernetes.io/enforce: restricted, a: b } }`;
const ACCOUNT = `
apiVersion: v1
kind: ServiceAccount
metadata: { name: web, namespace: shop }
automountServiceAccountToken: false`;
const DISK = `
apiVersion: v1
kind: PersistentVolume
metadata: { name: disk }
spec: { capacity: { storage: 1Gi }, hostPath: { path: /srv/disk } }`;
const WEBHOOK = `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: guard }`;
const CHART = `
apiVersion: helm.cattle.io/v1
kind: HelmChart
metadata: { name: extra, namespace: kube-system }
spec: { chart: extra, version: 1.0.0 }`;

const change = (
  name: string,
  yaml: string,
  edits: [string, string][],
  hits: string[],
  beside = '',
): RiskCase => ({
  name,
  before: documents(yaml, beside),
  after: documents(edit(yaml, ...edits), beside),
  hits,
});
const web = (name: string, from: string, to: string, hits: string[]) => change(name, WEB, [[from, to]], hits);
const less = (name: string, from: string, to: string): RiskCase => ({
  name,
  before: edit(WEB, [from, to]),
  after: WEB,
  hits: [],
});
const gone = (name: string, yaml: string, stays: string, hits: string[]): RiskCase => ({
  name,
  before: documents(stays, yaml),
  after: stays,
  hits,
});
const come = (name: string, yaml: string, stays: string, hits: string[]): RiskCase => ({
  name,
  before: stays,
  after: documents(stays, yaml),
  hits,
});
const rule = (name: string, yaml: string, hits: string[]) =>
  change(name, ROLE, [['rules:', `rules:\n  - ${yaml}`]], hits);

const cases: RiskCase[] = [
  // Containers.
  web('privileged', 'allowPrivilegeEscalation: false', 'privileged: true', [
    'after Deployment/web spec.template.spec.containers.0.securityContext.privileged: container web is privileged: whoever breaks into it owns the node',
    'before Deployment/web spec.template.spec.containers.0.securityContext.allowPrivilegeEscalation: container web may gain more privileges than it starts with',
  ]),
  web('a capability more', '[NET_BIND_SERVICE]', '[NET_BIND_SERVICE, SYS_ADMIN]', [
    'after Deployment/web spec.template.spec.containers.0.securityContext.capabilities: container web gets the capability SYS_ADMIN',
  ]),
  web('a capability less', ', add: [NET_BIND_SERVICE]', '', []),
  web(
    'a capability that a container has by default is asked for',
    `\n            ${DROPS}`,
    '\n            capabilities: { add: [CAP_CHOWN] }',
    [
      'after Deployment/web spec.template.spec.containers.0.securityContext.capabilities: container web no longer drops all capabilities',
    ],
  ),
  web('capabilities are no longer dropped', `\n            ${DROPS}`, '', [
    'before Deployment/web spec.template.spec.containers.0.securityContext.capabilities: container web no longer drops all capabilities',
  ]),
  web('only some capabilities are dropped', '[ALL]', '[CHOWN]', [
    'after Deployment/web spec.template.spec.containers.0.securityContext.capabilities: container web no longer drops all capabilities',
  ]),
  less('capabilities are dropped', `\n            ${DROPS}`, ''),
  web('escalation is allowed', 'allowPrivilegeEscalation: false', 'allowPrivilegeEscalation: true', [
    'after Deployment/web spec.template.spec.containers.0.securityContext.allowPrivilegeEscalation: container web may gain more privileges than it starts with',
  ]),
  web('escalation is no longer forbidden', '            allowPrivilegeEscalation: false\n', '', [
    'before Deployment/web spec.template.spec.containers.0.securityContext.allowPrivilegeEscalation: container web may gain more privileges than it starts with',
  ]),
  less('escalation is forbidden', 'allowPrivilegeEscalation: false', 'allowPrivilegeEscalation: true'),
  web('root', 'runAsUser: 1000', 'runAsUser: 0', [
    'after Deployment/web spec.template.spec.securityContext.runAsUser: container web runs as root (runAsUser 0)',
  ]),
  web('another user', 'runAsUser: 1000', 'runAsUser: 2000', []),
  web('any user', 'runAsNonRoot: true, runAsUser: 1000, ', '', [
    'after Deployment/web spec.template.spec.containers.0.securityContext.runAsNonRoot: container web may run as root: runAsNonRoot is not set any more',
  ]),
  web('root is allowed', 'runAsNonRoot: true, runAsUser: 1000', 'runAsNonRoot: false', [
    'after Deployment/web spec.template.spec.securityContext.runAsNonRoot: container web may run as root (runAsNonRoot false)',
  ]),
  web('the group of root', 'runAsUser: 1000', 'runAsUser: 1000, runAsGroup: 0', [
    'after Deployment/web spec.template.spec.securityContext.runAsGroup: container web runs in the group of root (runAsGroup 0)',
  ]),
  web('seccomp off', 'RuntimeDefault', 'Unconfined', [
    'after Deployment/web spec.template.spec.securityContext.seccompProfile: container web may make every system call (seccomp Unconfined)',
  ]),
  web('no seccomp profile', ', seccompProfile: { type: RuntimeDefault }', '', [
    'after Deployment/web spec.template.spec.containers.0.securityContext.seccompProfile: container web has no seccomp profile any more',
  ]),
  web('AppArmor off', 'seccompProfile:', 'appArmorProfile: { type: Unconfined }, seccompProfile:', [
    'after Deployment/web spec.template.spec.securityContext.appArmorProfile: container web is no longer held by AppArmor (Unconfined)',
  ]),
  web(
    'all of /proc',
    'allowPrivilegeEscalation: false',
    'allowPrivilegeEscalation: false\n            procMount: Unmasked',
    [
      'after Deployment/web spec.template.spec.containers.0.securityContext.procMount: container web sees all of /proc (procMount Unmasked)',
    ],
  ),
  web(
    'a process of the node',
    'allowPrivilegeEscalation: false',
    'allowPrivilegeEscalation: false\n            windowsOptions: { hostProcess: true }',
    [
      'after Deployment/web spec.template.spec.containers.0.securityContext.windowsOptions: container web runs as a process of the node (hostProcess)',
    ],
  ),
  web('a port of the node', 'containerPort: 8080', 'containerPort: 8080, hostPort: 8080', [
    'after Deployment/web spec.template.spec.containers.0.ports.0.hostPort: container web listens on port 8080 of the node itself (hostPort)',
  ]),
  web('a port of the container', 'containerPort: 8080', 'containerPort: 9090', []),
  web('a file system that can be written', 'readOnlyRootFilesystem: true', 'readOnlyRootFilesystem: false', [
    'after Deployment/web spec.template.spec.containers.0.securityContext.readOnlyRootFilesystem: container web may write to its own file system (readOnlyRootFilesystem is off)',
  ]),
  less(
    'a file system that cannot be written',
    'readOnlyRootFilesystem: true',
    'readOnlyRootFilesystem: false',
  ),
  change(
    'the same settings, in the container instead of the pod',
    WEB,
    [
      [
        'securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: RuntimeDefault } }',
        'securityContext: {}',
      ],
      [
        'allowPrivilegeEscalation: false',
        'allowPrivilegeEscalation: false\n            runAsNonRoot: true\n            runAsUser: 1000\n            seccompProfile: { type: RuntimeDefault }',
      ],
    ],
    [],
  ),
  web('the container gets another name', '- name: web\n', '- name: app\n', []),
  web(
    'a container more that says nothing',
    '      volumes:',
    '        - { name: more, image: "more:1" }\n      volumes:',
    [
      'after Deployment/web spec.template.spec.containers.1.securityContext: container more keeps the default capabilities, may gain privileges: nothing keeps it from that',
    ],
  ),
  come('a workload more that is held', WEB, NAMESPACE, []),
  come(
    'a workload more that is not',
    edit(WEB, [`\n            ${DROPS}`, '\n            privileged: true']),
    NAMESPACE,
    [
      'after Deployment/web spec.template.spec.containers.0.securityContext.privileged: container web is privileged: whoever breaks into it owns the node',
      'after Deployment/web spec.template.spec.containers.0.securityContext: container web keeps the default capabilities: nothing keeps it from that',
    ],
  ),
  { name: 'a new environment', before: undefined, after: documents(NAMESPACE, WEB, SERVICE), hits: [] },
  { name: 'the environment goes', before: WEB, after: undefined, hits: [] },

  // Pods.
  web(
    'the network of the node',
    '      serviceAccountName',
    '      hostNetwork: true\n      serviceAccountName',
    [
      'after Deployment/web spec.template.spec.hostNetwork: pods share the network of the node: no policy holds them, and its own ports are open to them',
    ],
  ),
  web(
    'the processes of the node',
    '      serviceAccountName',
    '      hostPID: true\n      serviceAccountName',
    ['after Deployment/web spec.template.spec.hostPID: pods see every process of the node (hostPID)'],
  ),
  web('the memory of the node', '      serviceAccountName', '      hostIPC: true\n      serviceAccountName', [
    'after Deployment/web spec.template.spec.hostIPC: pods share the memory of processes of the node (hostIPC)',
  ]),
  web('a path of the node', 'emptyDir: {}', 'hostPath: { path: /var/run }', [
    'after Deployment/web spec.template.spec.volumes.0.hostPath: pods reach /var/run of the node (hostPath): with it they may take the node over',
  ]),
  less('no path of the node', 'emptyDir: {}', 'hostPath: { path: /var/run }'),
  web(
    'a kernel parameter',
    'seccompProfile:',
    'sysctls: [{ name: net.core.somaxconn, value: "1" }], seccompProfile:',
    [
      'after Deployment/web spec.template.spec.securityContext.sysctls: pods set the kernel parameter net.core.somaxconn',
    ],
  ),
  web('a token', 'automountServiceAccountToken: false', 'automountServiceAccountToken: true', [
    "after Deployment/web spec.template.spec.automountServiceAccountToken: pods get a token for the cluster's API (automountServiceAccountToken is on)",
  ]),
  less('no token', 'automountServiceAccountToken: false', 'automountServiceAccountToken: true'),
  web('another account', 'serviceAccountName: web', 'serviceAccountName: admin', [
    'after Deployment/web spec.template.spec.serviceAccountName: pods run as ServiceAccount/admin instead of web, with its rights',
  ]),
  change(
    'a token for all pods of an account',
    ACCOUNT,
    [['automountServiceAccountToken: false', 'automountServiceAccountToken: true']],
    [
      "after ServiceAccount/web automountServiceAccountToken: its pods get a token for the cluster's API (automountServiceAccountToken is on)",
    ],
  ),
  change(
    'another path of the node for a volume',
    DISK,
    [['/srv/disk', '/etc']],
    [
      'after PersistentVolume/disk spec.hostPath: whoever claims this volume reaches /etc of the node (hostPath)',
    ],
  ),
  change('a larger volume', DISK, [['1Gi', '2Gi']], []),

  // Rights.
  rule('another resource may be read', '{ apiGroups: [""], resources: [services], verbs: [get] }', [
    'after Role/reader rules.0: allows get on services',
  ]),
  rule('a right that was given already', '{ apiGroups: [""], resources: [configmaps], verbs: [list] }', []),
  rule('secrets may be read', '{ apiGroups: [""], resources: [secrets], verbs: [get, list] }', [
    'after Role/reader rules.0: allows get, list on secrets: every password and key there can be read',
  ]),
  rule('secrets may be deleted', '{ apiGroups: [""], resources: [secrets], verbs: [delete] }', [
    'after Role/reader rules.0: allows delete on secrets',
  ]),
  rule(
    'one more secret may be read',
    '{ apiGroups: [""], resources: [secrets], resourceNames: [tokens], verbs: [get] }',
    ['after Role/reader rules.0: allows get on secrets (only tokens): what it holds can be read'],
  ),
  rule('everything', '{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }', [
    'after Role/reader rules.0: allows everything on everything',
  ]),
  rule('everything may be read', '{ apiGroups: ["*"], resources: ["*"], verbs: [get, list, watch] }', [
    'after Role/reader rules.0: allows get, list, watch on everything: every password and key there can be read',
  ]),
  rule('pods may be made', '{ apiGroups: [apps], resources: [deployments], verbs: [patch] }', [
    'after Role/reader rules.0: allows patch on deployments: whoever may make pods may take up any rights of the namespace',
  ]),
  rule('pods may be read', '{ apiGroups: [""], resources: [pods], verbs: [get, watch] }', [
    'after Role/reader rules.0: allows get, watch on pods',
  ]),
  rule('commands in pods', '{ apiGroups: [""], resources: [pods/exec], verbs: [create] }', [
    'after Role/reader rules.0: allows create on pods/exec: whoever has it may run commands in any pod there',
  ]),
  rule(
    'rights may be given',
    '{ apiGroups: [rbac.authorization.k8s.io], resources: [rolebindings], verbs: [create] }',
    ['after Role/reader rules.0: allows create on rolebindings: whoever has it may give itself more'],
  ),
  rule('roles may be read', '{ apiGroups: [rbac.authorization.k8s.io], resources: [roles], verbs: [get] }', [
    'after Role/reader rules.0: allows get on roles',
  ]),
  rule('others may be impersonated', '{ apiGroups: [""], resources: [users], verbs: [impersonate] }', [
    'after Role/reader rules.0: allows impersonate on users: whoever has it may act as somebody else',
  ]),
  change('a verb less', ROLE, [['[get, list] }', '[get] }']], []),
  change('a resource less', ROLE, [['[configmaps, endpoints]', '[configmaps]']], []),
  change(
    'rights are written in another way',
    ROLE,
    [
      [
        '  - { apiGroups: [""], resources: [configmaps, endpoints], verbs: [get, list] }',
        '  - { apiGroups: [""], resources: [endpoints], verbs: [list, get] }\n  - { apiGroups: [""], resources: [configmaps], verbs: [list, get] }',
      ],
    ],
    [],
  ),
  change(
    'an address',
    CLUSTER_ROLE,
    [['[/metrics]', '[/metrics, /logs]']],
    ['after ClusterRole/extra rules.0: allows get on /logs'],
  ),
  change(
    'rights by their labels',
    CLUSTER_ROLE,
    [['rules:', 'aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: b } }] }\nrules:']],
    [
      'after ClusterRole/extra aggregationRule: takes up the rights of every ClusterRole that its labels select',
    ],
  ),
  change(
    'rights for everyone who may edit',
    CLUSTER_ROLE,
    [['a: b', 'rbac.authorization.k8s.io/aggregate-to-edit: "true"']],
    [
      'after ClusterRole/extra metadata.labels.rbac.authorization.k8s.io/aggregate-to-edit: its rights go to everyone who has the role edit',
    ],
  ),
  come('a binding', BINDING, ROLE, [
    'after RoleBinding/readers subjects.0: ServiceAccount/web (shop) gets the rights of Role/reader',
  ]),
  come('a binding for the whole cluster', CLUSTER_BINDING, ROLE, [
    'after ClusterRoleBinding/admins subjects.0: Group/ops gets the rights of ClusterRole/cluster-admin in every namespace: they may do everything',
  ]),
  change(
    'a subject more',
    BINDING,
    [['namespace: shop }]', 'namespace: shop }, { kind: Group, name: "system:authenticated" }]']],
    ['after RoleBinding/readers subjects.1: everyone with any login gets the rights of Role/reader'],
  ),
  change(
    'everyone',
    BINDING,
    [['namespace: shop }]', 'namespace: shop }, { kind: Group, name: "system:unauthenticated" }]']],
    ['after RoleBinding/readers subjects.1: everyone, without any login, gets the rights of Role/reader'],
  ),
  change('a subject less', BINDING, [['[{ kind: ServiceAccount, name: web, namespace: shop }]', '[]']], []),
  change(
    'another role',
    BINDING,
    [['kind: Role, name: reader', 'kind: ClusterRole, name: admin']],
    ['after RoleBinding/readers roleRef: its subjects get the rights of ClusterRole/admin'],
  ),

  // Network policies.
  change(
    'a peer more',
    POLICY,
    [['app: api } } }]', 'app: api } } }, { podSelector: { matchLabels: { app: job } } }]']],
    ['after NetworkPolicy/web spec.ingress.0: Ingress from pods app=job, port 8080 is allowed now'],
    WEB,
  ),
  change(
    'a peer less',
    POLICY,
    [
      [
        '\n    - from: [{ podSelector: { matchLabels: { app: api } } }]\n      ports: [{ port: 8080 }]',
        ' []',
      ],
    ],
    [],
    WEB,
  ),
  change(
    'every port of a peer',
    POLICY,
    [['\n      ports: [{ port: 8080 }]', '']],
    ['after NetworkPolicy/web spec.ingress.0: Ingress from pods app=api, every port is allowed now'],
    WEB,
  ),
  change(
    'a range of ports around the one',
    POLICY,
    [['{ port: 8080 }', '{ port: 8000, endPort: 9000 }']],
    ['after NetworkPolicy/web spec.ingress.0: Ingress from pods app=api, port 8000-9000 is allowed now'],
    WEB,
  ),
  change('a smaller network', POLICY, [['10.0.0.0/8', '10.1.0.0/16']], [], WEB),
  change(
    'a larger network',
    POLICY,
    [['10.0.0.0/8', '0.0.0.0/0']],
    ['after NetworkPolicy/web spec.egress.0: Egress to 0.0.0.0/0, every port is allowed now'],
    WEB,
  ),
  change(
    'a network but for a part of it',
    POLICY,
    [['cidr: 10.0.0.0/8', 'cidr: 10.0.0.0/8, except: [10.1.0.0/16]']],
    [],
    WEB,
  ),
  change(
    'everyone may ask',
    POLICY,
    [['from: [{ podSelector: { matchLabels: { app: api } } }]\n      ports', 'ports']],
    ['after NetworkPolicy/web spec.ingress.0: Ingress from everyone, port 8080 is allowed now'],
    WEB,
  ),
  change(
    'what pods ask is no longer restricted',
    POLICY,
    [['[Ingress, Egress]', '[Ingress]']],
    ['after NetworkPolicy/web spec.policyTypes: Egress is no longer restricted: its pods may reach anything'],
    WEB,
  ),
  change(
    'what pods ask is still restricted by another',
    POLICY,
    [['[Ingress, Egress]', '[Ingress]']],
    [],
    documents(WEB, DENY),
  ),
  change(
    'other pods',
    POLICY,
    [['matchLabels: { app: web }', 'matchLabels: { app: job }']],
    [
      'after NetworkPolicy/web spec.podSelector: the policy selects other pods: those it no longer selects may be open to all, and those it selects now get what it allows',
    ],
    WEB,
  ),
  gone('the only policy goes', POLICY, WEB, [
    'before NetworkPolicy/web metadata.name: NetworkPolicy/web is removed: anyone in the cluster may reach its pods',
    'before NetworkPolicy/web metadata.name: NetworkPolicy/web is removed: its pods may reach anything',
  ]),
  gone('a policy goes, another denies all', POLICY, documents(WEB, DENY), []),
  come('a policy that restricts', POLICY, WEB, []),
  come('a policy that opens what is restricted', POLICY, documents(WEB, DENY), [
    'after NetworkPolicy/web spec.egress.0: Egress to 10.0.0.0/8, every port is allowed now',
    'after NetworkPolicy/web spec.ingress.0: Ingress from pods app=api, port 8080 is allowed now',
  ]),
  {
    name: 'one policy is split into two',
    before: documents(WEB, POLICY),
    after: documents(
      WEB,
      edit(
        POLICY,
        ['[Ingress, Egress]', '[Ingress]'],
        ['\n  egress:\n    - to: [{ ipBlock: { cidr: 10.0.0.0/8 } }]', ''],
      ),
      edit(
        POLICY,
        ['name: web,', 'name: out,'],
        ['[Ingress, Egress]', '[Egress]'],
        [
          '  ingress:\n    - from: [{ podSelector: { matchLabels: { app: api } } }]\n      ports: [{ port: 8080 }]\n',
          '',
        ],
      ),
    ),
    hits: [],
  },

  change(
    'what pods ask is no longer restricted, only what others ask',
    POLICY,
    [['[Ingress, Egress]', '[Ingress]']],
    ['after NetworkPolicy/web spec.policyTypes: Egress is no longer restricted: its pods may reach anything'],
    documents(WEB, OTHERS),
  ),
  change(
    'a peer more, whom other pods let in already',
    POLICY,
    [['app: api } } }]', 'app: api } } }, { podSelector: { matchLabels: { app: job } } }]']],
    ['after NetworkPolicy/web spec.ingress.0: Ingress from pods app=job, port 8080 is allowed now'],
    documents(WEB, OTHERS),
  ),

  // What the cluster refuses.
  change(
    'a lower level',
    NAMESPACE,
    [['restricted', 'baseline']],
    [
      'after Namespace/shop metadata.labels.pod-security.kubernetes.io/enforce: pod-security level restricted -> baseline: pods that the cluster refused may run now',
    ],
  ),
  change(
    'no level',
    NAMESPACE,
    [['pod-security.kubernetes.io/enforce: restricted, ', '']],
    [
      'before Namespace/shop metadata.labels.pod-security.kubernetes.io/enforce: pod-security level restricted -> privileged: pods that the cluster refused may run now',
    ],
  ),
  change('a higher level', edit(NAMESPACE, ['restricted', 'baseline']), [['baseline', 'restricted']], []),
  gone('a check goes', WEBHOOK, NAMESPACE, [
    'before ValidatingWebhookConfiguration/guard metadata.name: ValidatingWebhookConfiguration/guard goes: what it refused is accepted now',
  ]),
  come('a check comes', WEBHOOK, NAMESPACE, []),
  come('something that rewrites objects', WEBHOOK.replace('Validating', 'Mutating'), NAMESPACE, [
    'after MutatingWebhookConfiguration/guard metadata.name: may rewrite objects before the cluster stores them',
  ]),
  come('a chart', CHART, NAMESPACE, [
    'after HelmChart/extra spec.chart: a new chart: it is installed with all rights in the cluster, and what it brings stands in no file here',
  ]),
  change('another version of a chart', CHART, [['1.0.0', '1.0.1']], []),

  // Ways in.
  change(
    'ports of the node',
    SERVICE,
    [['ClusterIP', 'NodePort']],
    [
      'after Service/web spec.type: type NodePort: its ports are open on the node, past the proxy, its certificates and its checks',
    ],
  ),
  change(
    'an own address',
    SERVICE,
    [['ClusterIP', 'LoadBalancer']],
    [
      'after Service/web spec.type: type LoadBalancer: its ports are open on the node, past the proxy, its certificates and its checks',
    ],
  ),
  change('no ports of the node', edit(SERVICE, ['ClusterIP', 'NodePort']), [['NodePort', 'ClusterIP']], []),
  change(
    'an address of another machine',
    SERVICE,
    [['type: ClusterIP', 'type: ClusterIP, externalIPs: [203.0.113.7]']],
    ['after Service/web spec.externalIPs: takes up requests for 203.0.113.7 (externalIPs)'],
  ),
  change(
    'other sources',
    edit(SERVICE, ['ClusterIP', 'LoadBalancer, loadBalancerSourceRanges: [192.0.2.0/24]']),
    [['[192.0.2.0/24]', '[0.0.0.0/0]']],
    [
      'after Service/web spec.loadBalancerSourceRanges: other addresses may connect from outside (loadBalancerSourceRanges)',
    ],
  ),
  change(
    'fewer sources',
    edit(SERVICE, ['ClusterIP', 'LoadBalancer, loadBalancerSourceRanges: [192.0.2.0/24, 198.51.100.0/24]']),
    [['[192.0.2.0/24, 198.51.100.0/24]', '[192.0.2.0/24]']],
    [],
  ),
  come('a Service within the cluster', SERVICE, WEB, []),
  come('an Ingress', INGRESS, documents(WEB, SERVICE, LOGIN), [
    'after Ingress/web spec.rules.0.http.paths.0: Service/web answers requests from outside now: shop.example/',
  ]),
  change(
    'a path more to the same Service',
    INGRESS,
    [
      [
        'paths: [',
        'paths: [{ path: /api, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }, ',
      ],
    ],
    [],
    LOGIN,
  ),
  change(
    'a path to another Service',
    INGRESS,
    [
      [
        'paths: [',
        'paths: [{ path: /api, pathType: Prefix, backend: { service: { name: api, port: { number: 80 } } } }, ',
      ],
    ],
    [
      'after Ingress/web spec.rules.0.http.paths.0: Service/api answers requests from outside now: shop.example/api',
    ],
    LOGIN,
  ),
  change(
    'no login before an Ingress',
    INGRESS,
    [['traefik.ingress.kubernetes.io/router.middlewares: shop-login@kubernetescrd', 'a: b']],
    [
      'after Ingress/web metadata.annotations: Middleware shop/login no longer stands before it: requests come in without that check',
    ],
    LOGIN,
  ),
  gone('the login goes, and Ingresses still ask for it: Traefik serves them no more', LOGIN, INGRESS, []),
  gone('a login that nobody asks for goes', LOGIN, WEB, []),
  gone('a login goes that others ask for', LOGIN, CHAIN, [
    'before Middleware/login spec: basicAuth of Middleware/login goes: requests are no longer checked',
  ]),
  {
    name: 'the login goes, together with those that ask for it',
    before: documents(INGRESS, LOGIN),
    after: edit(INGRESS, [
      'traefik.ingress.kubernetes.io/router.middlewares: shop-login@kubernetescrd',
      'a: b',
    ]),
    hits: [
      'after Ingress/web metadata.annotations: Middleware shop/login no longer stands before it: requests come in without that check',
    ],
  },
  {
    name: 'the login gets another name',
    before: documents(INGRESS, LOGIN),
    after: documents(
      edit(INGRESS, ['shop-login', 'shop-users']),
      edit(LOGIN, ['name: login', 'name: users']),
    ),
    renames: { login: 'users' },
    hits: [],
  },
  change(
    'other users',
    LOGIN,
    [['secret: users', 'secret: all']],
    ['after Middleware/login spec.basicAuth: basicAuth changes: other requests may come in'],
    INGRESS,
  ),
  change(
    'no users',
    LOGIN,
    [['basicAuth: { secret: users }', 'compress: {}']],
    ['before Middleware/login spec.basicAuth: basicAuth is removed: requests are no longer checked'],
    INGRESS,
  ),
  come(
    'a way in past HTTP',
    'apiVersion: traefik.io/v1alpha1\nkind: IngressRouteTCP\nmetadata: { name: db, namespace: shop }\nspec: { routes: [] }',
    WEB,
    ['after IngressRouteTCP/db spec: opens a way in from outside (IngressRouteTCP)'],
  ),
];

testCases(privilege, cases);
