import type { Rule } from '../rule.ts';
import { acmeAccountKeyShared } from './acme-account-key-shared.ts';
import { configmapKeyMissing } from './configmap-key-missing.ts';
import { duplicateObject } from './duplicate-object.ts';
import { hpaTargetMissing } from './hpa-target-missing.ts';
import { imageMutable } from './image-mutable.ts';
import { ingressClassAnnotation } from './ingress-class-annotation.ts';
import { ingressPortMissing } from './ingress-port-missing.ts';
import { ingressServiceMissing } from './ingress-service-missing.ts';
import { issuerMissing } from './issuer-missing.ts';
import { namespaceMissing } from './namespace-missing.ts';
import { networkpolicyBlocksAcmeSolver } from './networkpolicy-blocks-acme-solver.ts';
import { networkpolicyBlocksIngress } from './networkpolicy-blocks-ingress.ts';
import { pdbBlocksDrain } from './pdb-blocks-drain.ts';
import { plaintextSecret } from './plaintext-secret.ts';
import { prestopExceedsGrace } from './prestop-exceeds-grace.ts';
import { probePortMissing } from './probe-port-missing.ts';
import { pvcMissing } from './pvc-missing.ts';
import { removedApi } from './removed-api.ts';
import { rolloutNoneAvailable } from './rollout-none-available.ts';
import { rolloutWithoutReadiness } from './rollout-without-readiness.ts';
import { rwoVolumeRollingUpdate } from './rwo-volume-rolling-update.ts';
import { sealedSecretMalformed } from './sealed-secret-malformed.ts';
import { secretKeyMissing } from './secret-key-missing.ts';
import { secretMissing } from './secret-missing.ts';
import { secretWhitespace } from './secret-whitespace.ts';
import { selectorMismatch } from './selector-mismatch.ts';
import { serviceAccountMissing } from './service-account-missing.ts';
import { serviceSelectsNothing } from './service-selects-nothing.ts';
import { serviceTargetPort } from './service-target-port.ts';
import { singleNodeTrap } from './single-node-trap.ts';
import { tlsHostUncovered } from './tls-host-uncovered.ts';
import { tlsSecretIsAccountKey } from './tls-secret-is-account-key.ts';
import { yamlAmbiguousScalar } from './yaml-ambiguous-scalar.ts';

/** Every wiring rule. A new one is one file and one line here. */
export const rules: readonly Rule[] = [
  duplicateObject,
  namespaceMissing,
  selectorMismatch,
  serviceSelectsNothing,
  serviceTargetPort,
  ingressServiceMissing,
  ingressPortMissing,
  ingressClassAnnotation,
  tlsHostUncovered,
  issuerMissing,
  acmeAccountKeyShared,
  tlsSecretIsAccountKey,
  secretMissing,
  secretKeyMissing,
  secretWhitespace,
  configmapKeyMissing,
  serviceAccountMissing,
  pvcMissing,
  hpaTargetMissing,
  pdbBlocksDrain,
  rolloutWithoutReadiness,
  rolloutNoneAvailable,
  probePortMissing,
  prestopExceedsGrace,
  rwoVolumeRollingUpdate,
  networkpolicyBlocksIngress,
  networkpolicyBlocksAcmeSolver,
  singleNodeTrap,
  imageMutable,
  plaintextSecret,
  sealedSecretMalformed,
  removedApi,
  yamlAmbiguousScalar,
];
