import { claimFields } from './claim.ts';
import { configMapFields, secretFields } from './content.ts';
import { jobFields } from './job.ts';
import {
  addressRangeFields,
  driverFields,
  quotaFields,
  roleBindingFields,
  statefulSetFields,
  volumeFields,
} from './other.ts';
import { podFields } from './pod.ts';
import { allOf, field, type ImmutableFields } from './refusal.ts';
import { serviceFields } from './service.ts';
import { strategyLeft } from './strategy.ts';

export interface ImmutableKind {
  fields: ImmutableFields;
  /** What deleting and creating it anew costs. */
  cost: string;
}

const PODS = 'all its pods end before new ones start';
const NONE = 'what depends on it goes without it meanwhile';

/**
 * Fields that the API server refuses to change, by `group/Kind`. Source: the update validation of Kubernetes 1.35
 * (pkg/apis/…/validation), and of its CustomResourceDefinitions. Kinds that are not here accept every change.
 */
export const IMMUTABLE: Readonly<Record<string, ImmutableKind>> = {
  'apps/Deployment': { fields: allOf(field('spec.selector'), strategyLeft('strategy')), cost: PODS },
  'apps/ReplicaSet': { fields: field('spec.selector'), cost: PODS },
  'apps/DaemonSet': { fields: field('spec.selector'), cost: PODS },
  'apps/StatefulSet': {
    fields: allOf(statefulSetFields, strategyLeft('updateStrategy')),
    cost: 'its pods end, and volumes made by other templates stay behind',
  },
  'apps/ControllerRevision': { fields: field('data'), cost: NONE },
  'batch/Job': { fields: jobFields, cost: 'the Job runs again from the beginning' },
  '/Pod': { fields: podFields, cost: 'the pod ends before the new one starts' },
  '/PersistentVolumeClaim': {
    fields: claimFields,
    cost: 'its data is deleted unless its volume is retained',
  },
  '/PersistentVolume': { fields: volumeFields, cost: 'its claim loses the data meanwhile, or for good' },
  '/Service': { fields: serviceFields, cost: 'its address changes, and nothing answers meanwhile' },
  '/Secret': { fields: secretFields, cost: 'pods that start meanwhile fail' },
  '/ConfigMap': { fields: configMapFields, cost: 'pods that start meanwhile fail' },
  '/ResourceQuota': { fields: quotaFields, cost: NONE },
  'storage.k8s.io/StorageClass': {
    fields: allOf(
      field('parameters'),
      field('provisioner'),
      field('reclaimPolicy', 'Delete'),
      field('volumeBindingMode', 'Immediate'),
    ),
    cost: 'volumes that exist stay as they are',
  },
  'storage.k8s.io/VolumeAttributesClass': {
    fields: allOf(field('driverName'), field('parameters')),
    cost: NONE,
  },
  'storage.k8s.io/CSIDriver': { fields: driverFields, cost: 'volumes cannot be mounted meanwhile' },
  'networking.k8s.io/IngressClass': {
    fields: field('spec.controller'),
    cost: 'the Ingresses of this class have no controller meanwhile',
  },
  'networking.k8s.io/IPAddress': { fields: field('spec.parentRef'), cost: NONE },
  'networking.k8s.io/ServiceCIDR': { fields: addressRangeFields, cost: NONE },
  'discovery.k8s.io/EndpointSlice': { fields: field('addressType'), cost: NONE },
  'rbac.authorization.k8s.io/RoleBinding': {
    fields: roleBindingFields,
    cost: 'its subjects have no rights meanwhile',
  },
  'rbac.authorization.k8s.io/ClusterRoleBinding': {
    fields: roleBindingFields,
    cost: 'its subjects have no rights meanwhile',
  },
  'scheduling.k8s.io/PriorityClass': {
    fields: allOf(field('value', 0), field('preemptionPolicy', 'PreemptLowerPriority')),
    cost: 'pods of this class cannot be created meanwhile',
  },
  'node.k8s.io/RuntimeClass': {
    fields: field('handler'),
    cost: 'pods of this class cannot be created meanwhile',
  },
  'resource.k8s.io/ResourceClaim': { fields: field('spec'), cost: 'pods that use it must end first' },
  'resource.k8s.io/ResourceClaimTemplate': { fields: field('spec'), cost: NONE },
  'certificates.k8s.io/CertificateSigningRequest': { fields: field('spec'), cost: NONE },
  'certificates.k8s.io/ClusterTrustBundle': { fields: field('spec.signerName'), cost: NONE },
  'apiextensions.k8s.io/CustomResourceDefinition': {
    fields: allOf(
      field('spec.group'),
      field('spec.scope'),
      field('spec.names.kind'),
      field('spec.names.plural'),
    ),
    cost: 'every object of its kind is deleted with it',
  },
};
