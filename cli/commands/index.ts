import type { Context } from '../context.ts';

export type Command = (context: Context) => Promise<number> | number;

/** The code of each command, by the name of its declaration; loaded when it is called. */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import('./init.ts')).init,
  preview: async () => (await import('./preview.ts')).preview,
  render: async () => (await import('./render.ts')).render,
  validate: async () => (await import('./validate.ts')).validate,
  review: async () => (await import('./review.ts')).review,
  explain: async () => (await import('./explain.ts')).explain,
  seal: async () => (await import('./seal.ts')).seal,
  unseal: async () => (await import('./unseal.ts')).unseal,
  'secrets check': async () => (await import('./secrets-check.ts')).secretsCheck,
  'keys new': async () => (await import('./keys-new.ts')).keysNew,
  build: async () => (await import('./build.ts')).build,
  release: async () => (await import('./release.ts')).release,
  deploy: async () => (await import('./deploy.ts')).deploy,
  status: async () => (await import('./status.ts')).status,
  history: async () => (await import('./history.ts')).history,
  rollback: async () => (await import('./rollback.ts')).rollback,
  drift: async () => (await import('./drift.ts')).drift,
  'provision <env> plan': async () => (await import('./provision-plan.ts')).provisionPlan,
  'provision <env> apply': async () => (await import('./provision-apply.ts')).provisionApply,
  'provision <env> status': async () => (await import('./provision-status.ts')).provisionStatus,
  'provision <env> destroy': async () => (await import('./provision-destroy.ts')).provisionDestroy,
  'host <env> switch': async () => (await import('./host-switch.ts')).hostSwitch,
  'host <env> reboot': async () => (await import('./host-reboot.ts')).hostReboot,
  'host <env> backup now': async () => (await import('./host-backup-now.ts')).hostBackupNow,
  'host <env> backup list': async () => (await import('./host-backup-list.ts')).hostBackupList,
  'host <env> backup restore': async () => (await import('./host-backup-restore.ts')).hostBackupRestore,
  completion: async () => (await import('./completion.ts')).completion,
};
