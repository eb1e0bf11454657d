import type { Declaration } from '../declaration.ts';
import { build } from './build.ts';
import { comment } from './comment.ts';
import { completion } from './completion.ts';
import { deploy } from './deploy/deploy.ts';
import { drift } from './deploy/drift.ts';
import { history } from './deploy/history.ts';
import { rollback } from './deploy/rollback.ts';
import { status } from './deploy/status.ts';
import { explain } from './explain.ts';
import { backupList, backupNow, backupRestore } from './host/backup.ts';
import { hostReboot } from './host/reboot.ts';
import { hostSwitch } from './host/switch.ts';
import { init } from './init.ts';
import { keysNew } from './keys-new.ts';
import { preview } from './preview.ts';
import { provisionApply } from './provision/apply.ts';
import { provisionDestroy } from './provision/destroy.ts';
import { provisionPlan } from './provision/plan.ts';
import { provisionStatus } from './provision/status.ts';
import { release } from './release.ts';
import { render } from './render.ts';
import { review } from './review.ts';
import { seal } from './seal.ts';
import { secretsCheck } from './secrets-check.ts';
import { unseal } from './unseal.ts';
import { validate } from './validate.ts';

/** Every capability, in the order in which help and README list them. */
export const declarations: readonly Declaration[] = [
  init,
  preview,
  render,
  validate,
  review,
  explain,
  seal,
  unseal,
  secretsCheck,
  keysNew,
  build,
  release,
  deploy,
  status,
  history,
  rollback,
  drift,
  provisionPlan,
  provisionApply,
  provisionStatus,
  provisionDestroy,
  hostSwitch,
  hostReboot,
  backupNow,
  backupList,
  backupRestore,
  completion,
];

/** Every capability that is a GitHub Action, in the order in which the README lists them. */
export const actionDeclarations: readonly Declaration[] = [
  build,
  render,
  validate,
  review,
  comment,
  deploy,
  provisionApply,
];
