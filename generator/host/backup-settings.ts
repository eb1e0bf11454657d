import { type Problem, UserError } from '../errors.ts';
import type { Environment } from '../spec/environment.ts';

/** Where backups go, and with what. All but the repository and the region are secrets. */
export interface BackupSettings {
  /** As restic writes it: `s3:https://…/bucket/shop-prod`. */
  repository: string;
  region: string;
  password: string;
  accessKey: string;
  secretKey: string;
}

/** Variable of the caller's environment -> setting. */
const VARIABLES = {
  password: 'LUNCHBOX_BACKUP_PASSWORD',
  accessKey: 'LUNCHBOX_BACKUP_ACCESS_KEY',
  secretKey: 'LUNCHBOX_BACKUP_SECRET_KEY',
} as const;

/** The repository of an environment: a folder of its bucket, so that several environments may share one. @throws UserError */
export function backupRepository({ app, name, droplet }: Environment): {
  repository: string;
  region: string;
} {
  const { backups } = droplet;
  if (backups === undefined)
    throw new UserError({
      message: `${name} has no place for backups`,
      remedy:
        'Write `droplet: { backups: { endpoint: https://fra1.digitaloceanspaces.com, bucket: NAME, region: fra1 } }` into lunchbox.yaml.',
    });
  const endpoint = backups.endpoint.replace(/\/+$/, '');
  return { repository: `s3:${endpoint}/${backups.bucket}/${app}-${name}`, region: backups.region };
}

/**
 * The settings that the caller's environment holds; undefined when it holds none of the secrets, because the machine
 * has them already.
 * @throws UserError when some are missing, or cannot be written
 */
export function backupSettings(
  environment: Environment,
  env: Readonly<Record<string, string | undefined>>,
): BackupSettings | undefined {
  const where = backupRepository(environment);
  const names = Object.values(VARIABLES);
  if (names.every((name) => !env[name])) return undefined;
  const problems = names.flatMap((name): Problem[] => {
    const value = env[name];
    if (!value)
      return [{ message: `${name} is not set`, remedy: `Set all of them, or none: ${names.join(', ')}.` }];
    // A line end that was copied with it would be part of the password on the machine, and nowhere else.
    if (/[\p{Cc}]/u.test(value))
      return [
        { message: `${name} holds a line end or another control character`, remedy: 'Set it without.' },
      ];
    return [];
  });
  if (problems.length > 0) throw new UserError(problems);
  return {
    ...where,
    password: env[VARIABLES.password] ?? '',
    accessKey: env[VARIABLES.accessKey] ?? '',
    secretKey: env[VARIABLES.secretKey] ?? '',
  };
}

/** The file that the machine reads them from, in the form that systemd's EnvironmentFile and a shell read alike. */
export function backupEnv(settings: BackupSettings): string {
  const lines = {
    RESTIC_REPOSITORY: settings.repository,
    RESTIC_PASSWORD: settings.password,
    AWS_ACCESS_KEY_ID: settings.accessKey,
    AWS_SECRET_ACCESS_KEY: settings.secretKey,
    AWS_DEFAULT_REGION: settings.region,
  };
  return Object.entries(lines)
    .map(([name, value]) => `${name}="${value.replace(/["\\$`]/g, '\\$&')}"\n`)
    .join('');
}
