import { expect, it } from 'vitest';
import { removalOf } from '../../../generator/validate/rules/removed-api.ts';

/**
 * `apiVersion kind since`, as k8s.io/api v0.35.8 states the lifecycle of its types: all that are gone by 1.35 and that
 * stand in manifests.
 */
const LIFECYCLE = `
admissionregistration.k8s.io/v1alpha1 ValidatingAdmissionPolicy 1.32
admissionregistration.k8s.io/v1alpha1 ValidatingAdmissionPolicyBinding 1.32
admissionregistration.k8s.io/v1beta1 MutatingWebhookConfiguration 1.22
admissionregistration.k8s.io/v1beta1 ValidatingAdmissionPolicy 1.34
admissionregistration.k8s.io/v1beta1 ValidatingAdmissionPolicyBinding 1.34
admissionregistration.k8s.io/v1beta1 ValidatingWebhookConfiguration 1.22
apps/v1beta1 Deployment 1.16
apps/v1beta1 StatefulSet 1.16
apps/v1beta2 DaemonSet 1.16
apps/v1beta2 Deployment 1.16
apps/v1beta2 ReplicaSet 1.16
apps/v1beta2 StatefulSet 1.16
autoscaling/v2beta1 HorizontalPodAutoscaler 1.25
autoscaling/v2beta2 HorizontalPodAutoscaler 1.26
batch/v1beta1 CronJob 1.25
certificates.k8s.io/v1beta1 CertificateSigningRequest 1.22
coordination.k8s.io/v1beta1 Lease 1.22
discovery.k8s.io/v1beta1 EndpointSlice 1.25
events.k8s.io/v1beta1 Event 1.25
extensions/v1beta1 DaemonSet 1.16
extensions/v1beta1 Deployment 1.16
extensions/v1beta1 Ingress 1.22
extensions/v1beta1 NetworkPolicy 1.16
extensions/v1beta1 ReplicaSet 1.16
flowcontrol.apiserver.k8s.io/v1beta1 FlowSchema 1.26
flowcontrol.apiserver.k8s.io/v1beta1 PriorityLevelConfiguration 1.26
flowcontrol.apiserver.k8s.io/v1beta2 FlowSchema 1.29
flowcontrol.apiserver.k8s.io/v1beta2 PriorityLevelConfiguration 1.29
flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema 1.32
flowcontrol.apiserver.k8s.io/v1beta3 PriorityLevelConfiguration 1.32
networking.k8s.io/v1beta1 Ingress 1.22
networking.k8s.io/v1beta1 IngressClass 1.22
node.k8s.io/v1beta1 RuntimeClass 1.25
policy/v1beta1 PodDisruptionBudget 1.25
rbac.authorization.k8s.io/v1beta1 ClusterRole 1.22
rbac.authorization.k8s.io/v1beta1 ClusterRoleBinding 1.22
rbac.authorization.k8s.io/v1beta1 Role 1.22
rbac.authorization.k8s.io/v1beta1 RoleBinding 1.22
scheduling.k8s.io/v1beta1 PriorityClass 1.22
storage.k8s.io/v1alpha1 CSIStorageCapacity 1.24
storage.k8s.io/v1alpha1 VolumeAttachment 1.24
storage.k8s.io/v1alpha1 VolumeAttributesClass 1.35
storage.k8s.io/v1beta1 CSIDriver 1.22
storage.k8s.io/v1beta1 CSINode 1.22
storage.k8s.io/v1beta1 CSIStorageCapacity 1.27
storage.k8s.io/v1beta1 StorageClass 1.22
storage.k8s.io/v1beta1 VolumeAttachment 1.22
`;

it.each(
  LIFECYCLE.trim()
    .split('\n')
    .map((line) => line.split(' ')),
)('%s %s is gone since %s', (apiVersion = '', kind = '', since = '') => {
  expect(removalOf(apiVersion, kind)).toMatchObject({ since, now: expect.stringMatching(/\/v[12]$/) });
});

it.each([
  ['networking.k8s.io/v1beta1', 'IPAddress'],
  ['storage.k8s.io/v1beta1', 'VolumeAttributesClass'],
  ['certificates.k8s.io/v1beta1', 'ClusterTrustBundle'],
  ['admissionregistration.k8s.io/v1beta1', 'MutatingAdmissionPolicy'],
])('%s %s is served still', (apiVersion, kind) => {
  expect(removalOf(apiVersion, kind)).toBeUndefined();
});
