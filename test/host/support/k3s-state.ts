import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Whether what backups are made with is here. */
export const hasBackupPrograms = ['restic', 'sqlite3', 'redis-server', 'redis-cli', 'flock'].every(
  (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0,
);

export interface ScriptRun {
  code: number | null;
  out: string;
  err: string;
}

/** A machine as far as backups see it: k3s' state, volumes, and programs that play k3s and systemd. */
export interface BackupMachine {
  root: string;
  data: string;
  storage: string;
  env: Record<string, string>;
  write(path: string, text: string): void;
  read(path: string): string;
  sql(statement: string, file?: string): string;
  run(script: 'backup' | 'restore' | 'list', args?: string[], env?: Record<string, string>): ScriptRun;
  stop(): void;
}

/** Plays systemd for k3s: whether it runs stands in a file, and its datastore must be whole to get ready. */
const SYSTEMCTL = `#!/bin/sh
echo "systemctl $*" >> "$FAKE/calls"
case "$1 $2" in
  'stop k3s.service') rm -f "$FAKE/running" ;;
  'start k3s.service')
    touch "$FAKE/running"
    [ ! -x "$FAKE/bin/kubelet" ] || kubelet ;;
esac
`;
const K3S = `#!/bin/sh
echo "k3s $*" >> "$FAKE/calls"
case "$*" in
  'kubectl get --raw /readyz')
    [ -e "$FAKE/running" ] || exit 1
    # As the real one: nothing that is encrypted opens with another token.
    [ "$(cat "$K3S_DATA_DIR/server/token")" = "$(sqlite3 "$K3S_DATA_DIR/server/db/state.db" 'SELECT token FROM cluster')" ] || [ -d "$K3S_DATA_DIR/server/db/etcd" ] || exit 1
    printf ok ;;
  'kubectl get nodes --no-headers') echo 'skylunch-prod   Ready    control-plane   1d    v1.36.4+k3s1' ;;
  'kubectl annotate --overwrite namespace kube-system '*) ;;
  'etcd-snapshot save '*)
    while [ $# -gt 0 ]; do [ "$1" != --etcd-snapshot-dir ] || dir=$2; shift; done
    cat "$K3S_DATA_DIR/server/db/etcd/member" > "$dir/lunchbox-node-1" ;;
  'server --cluster-reset '*)
    for each in "$@"; do case $each in --cluster-reset-restore-path=*) file=\${each#*=} ;; esac; done
    mkdir -p "$K3S_DATA_DIR/server/db/etcd"
    cp "$file" "$K3S_DATA_DIR/server/db/etcd/member" ;;
  *) exit 1 ;;
esac
`;

export function backupMachine(name: string, env: Record<string, string>): BackupMachine {
  const root = mkdtempSync(join(tmpdir(), 'lunchbox-backup-'));
  const [data, storage] = [join(root, 'k3s'), join(root, 'srv/local-path')];
  const write = (path: string, text: string) => {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  for (const [program, text] of Object.entries({ systemctl: SYSTEMCTL, k3s: K3S })) {
    write(`bin/${program}`, text);
    chmodSync(join(root, 'bin', program), 0o755);
  }
  mkdirSync(storage, { recursive: true });
  const all = {
    PATH: `${join(root, 'bin')}:${process.env.PATH}`,
    HOME: root,
    FAKE: root,
    K3S_DATA_DIR: data,
    STORAGE_DIR: storage,
    NODE_PASSWORD_FILE: join(root, 'node/password'),
    BACKUP_STATE_DIR: join(root, 'state'),
    BACKUP_CONF: join(root, 'backup.conf'),
    BACKUP_ENV: join(root, 'backup.env'),
    BACKUP_NAME: name,
    CGROUP_DIR: join(root, 'cgroup'),
    KUBELET_DIR: join(root, 'kubelet'),
    RESTORE_LIMIT: '3',
    RESTORE_RESERVE: '0',
    ...env,
  };
  const sql = (statement: string, file = 'k3s/server/db/state.db') =>
    execFileSync('sqlite3', [join(root, file), '.timeout 20000', statement], { encoding: 'utf8' }).trim();
  return {
    root,
    data,
    storage,
    env: all,
    write,
    read: (path) => readFileSync(join(root, path), 'utf8'),
    sql,
    run(script, args = [], more = {}) {
      const result = spawnSync('bash', [join(process.cwd(), `nixos/backup/${script}.sh`), ...args], {
        env: { ...all, ...more },
        encoding: 'utf8',
        timeout: 300_000,
      });
      return { code: result.status, out: result.stdout, err: result.stderr };
    },
    stop: () => existsSync(root) && rmSync(root, { recursive: true, force: true }),
  };
}

/** What k3s has after it ran for a while. */
export function makeState(machine: BackupMachine, token: string): void {
  machine.write('k3s/server/token', token);
  machine.write('k3s/server/cred/encryption-config.json', `{"key":"${token}-aes"}`);
  machine.write('k3s/server/tls/server-ca.key', `${token}-ca`);
  machine.write('k3s/server/manifests/traefik.yaml', 'a link of NixOS');
  machine.write('node/password', `${token}-node`);
  mkdirSync(join(machine.data, 'server/db'), { recursive: true });
  machine.sql('PRAGMA journal_mode=WAL');
  machine.sql(`CREATE TABLE cluster (token TEXT); INSERT INTO cluster VALUES ('${token}')`);
  machine.sql('CREATE TABLE kine (id INTEGER PRIMARY KEY AUTOINCREMENT, value BLOB)');
  machine.write('running', '');
}
