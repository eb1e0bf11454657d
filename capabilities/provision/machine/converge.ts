import { STATE_FOLDER } from '../../../generator/provision/machine/look.ts';
import { archiveDigest, tarOf } from '../../../generator/provision/machine/tar.ts';
import { redactLog } from '../../../generator/redact.ts';
import type { MachineRun } from './contract.ts';
import { MachineFailed } from './failure.ts';
import { flakeFiles } from './flake.ts';
import { askUntil, command, must, quoteEnd } from './remote.ts';
import { stage } from './stage.ts';

const FLAKE = `${STATE_FOLDER}/flake`;
const UNIT = 'lunchbox-converge';
const LOG = '/var/log/lunchbox-converge.log';
const RESULT = '/run/lunchbox-converge.result';

/** Brings the machine to what the repository's flake says of it. */
export async function converge(run: MachineRun, converged: string | undefined): Promise<void> {
  await stage(run, 'converged', async (until) => {
    const archive = tarOf(flakeFiles(run.ports.files, run.request.environment.name));
    const digest = archiveDigest(archive);
    if (converged === digest) return { outcome: 'already' };
    if (run.request.dataToCome) {
      await buildOnMachine(run, archive, digest, until, false);
      return { outcome: 'done', note: 'built; switched to when its data has come' };
    }
    await buildOnMachine(run, archive, digest, until, true);
    await must(
      run,
      'converged',
      until,
      'noting the configuration',
      `mkdir -p ${STATE_FOLDER} && cat >${STATE_FOLDER}/converged`,
      {
        input: `${digest}\n`,
      },
    );
    return { outcome: 'done' };
  });
}

/**
 * Builds on the machine itself: nothing but SSH is needed here. It goes on when the line is cut, which a change of the
 * network may do, and is found again by the next run.
 * @param archive What the flake consists of, as tar
 * @param tree Its digest
 * @param until Milliseconds since 1970
 * @param activate Otherwise it is only built.
 * @throws MachineFailed, or UserError
 */
async function buildOnMachine(
  run: MachineRun,
  archive: Uint8Array,
  tree: string,
  until: number,
  activate: boolean,
): Promise<void> {
  const name = run.request.environment.name;
  const [verb, digest] = activate ? ['switch', tree] : ['build', `${tree} built`];
  const already = await state(run, until);
  if (!(already.active && already.digest === digest)) {
    if (already.active)
      await wait(run, until, (now) =>
        now.active ? 'another configuration is being built' : { answer: now },
      );
    await must(
      run,
      'converged',
      until,
      'sending the configuration',
      `set -e; mkdir -p -m 0700 ${STATE_FOLDER}; rm -rf ${FLAKE}.new; mkdir ${FLAKE}.new; tar -x -C ${FLAKE}.new -f -; rm -rf ${FLAKE}; mv ${FLAKE}.new ${FLAKE}`,
      { input: archive },
    );
    // What is built leaves a link where it runs, which keeps it from being collected.
    const build = `cd /run; nixos-rebuild ${verb} --flake path:${FLAKE}#${name} >${LOG} 2>&1; echo $? >${RESULT}.new; mv ${RESULT}.new ${RESULT}`;
    await must(
      run,
      'converged',
      until,
      'starting to build the configuration',
      `set -e; systemctl is-active --quiet ${UNIT} && exit 0; rm -f ${RESULT}; : >${LOG}; echo '${digest}' >${RESULT}.digest; ` +
        `systemd-run --quiet --collect --unit=${UNIT} --service-type=exec --setenv=PATH="$PATH" --setenv=HOME=/root /bin/sh -c '${build}'`,
    );
  }
  const end = await wait(run, until, (now) => {
    if (now.result !== undefined) return { answer: now };
    if (!now.active) return { answer: now };
    return now.lastLine ?? 'it is being built';
  });
  const { stdout } = await command(run, 'converged', until, `tail -c 1000000 ${LOG}`);
  const log = redactLog(stdout.toString('utf8'));
  run.logs.set('converged', log);
  if (end.result === 0) return;
  throw new MachineFailed({
    message:
      end.result === undefined
        ? `building the configuration ended without a result:\n${quoteEnd(log, 10)}`
        : `nixos-rebuild failed on the machine with code ${end.result}:\n${quoteEnd(log, 10)}`,
    remedy:
      end.result === undefined
        ? 'The machine may have run out of memory: `journalctl -k | grep -i kill`. A larger droplet builds; then run this again.'
        : 'Mend what it names, and run this again: the machine is as it was before.',
  });
}

interface BuildState {
  active: boolean;
  digest: string | undefined;
  result: number | undefined;
  lastLine: string | undefined;
}

async function state(run: MachineRun, until: number): Promise<BuildState> {
  const { stdout } = await command(
    run,
    'converged',
    until,
    // The result last: what is not active any more has written it before.
    `systemctl is-active --quiet ${UNIT} && echo active=yes; [ -s ${RESULT}.digest ] && echo "digest=$(cat ${RESULT}.digest)"; ` +
      `[ -s ${LOG} ] && echo "lastLine=$(tail -n 1 ${LOG} | cut -c 1-200)"; [ -s ${RESULT} ] && echo "result=$(cat ${RESULT})"; exit 0`,
  );
  const said = stdout.toString('utf8');
  const find = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(said)?.[1];
  const result = find('result');
  return {
    active: find('active') !== undefined,
    digest: find('digest'),
    result: result === undefined ? undefined : Number(result),
    lastLine: find('lastLine'),
  };
}

function wait(
  run: MachineRun,
  until: number,
  judge: (state: BuildState) => { answer: BuildState } | string,
): Promise<BuildState> {
  return askUntil(
    run,
    'converged',
    until,
    async () => judge(await state(run, until)),
    'See on the machine how far it is: `journalctl -u lunchbox-converge`. It goes on; run this again.',
  );
}
