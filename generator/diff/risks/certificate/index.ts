import type { RiskRule } from '../../risk.ts';
import { isRemoved } from '../trees.ts';
import { changedCertificates } from './certificate.ts';
import { changedHosts } from './hosts.ts';
import { changedIssuers } from './issuer.ts';
import { changedPlatform } from './platform.ts';

export const certificate: RiskRule = {
  risk: 'certificate',
  summary: 'A certificate, or who issues it, changes',
  why: 'A certificate that cannot be issued shows at once as a browser warning; one that cannot be renewed shows weeks later. Authorities limit how often they issue. Check the DNS record first, and try the change with the staging issuer.',
  *check(context) {
    if (isRemoved(context)) return;
    yield* changedHosts(context);
    yield* changedIssuers(context);
    yield* changedCertificates(context);
    yield* changedPlatform(context);
  },
};
