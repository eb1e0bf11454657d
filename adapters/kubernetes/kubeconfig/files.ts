import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { UserError } from '../../../generator/errors.ts';
import { cannotBeRead } from '../../cannot-be-read.ts';
import { type Kubeconfig, mergeKubeconfigs, parseKubeconfig } from './sections.ts';

/**
 * The kubeconfig that kubectl would read: the file that is named, and it alone; else those of KUBECONFIG, merged; else
 * the one in the home folder.
 * @throws UserError
 */
export function findKubeconfig(
  named: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Kubeconfig {
  if (named === undefined && env.KUBECONFIG) return fromList(env.KUBECONFIG);
  const file = named ?? join(homedir(), '.kube/config');
  const text = readIfThere(file);
  if (text === undefined)
    throw new UserError({
      message: `the kubeconfig ${file} cannot be read: there is no such file`,
      remedy:
        named === undefined
          ? 'Name a file with --kubeconfig, or list some in KUBECONFIG.'
          : 'Check the path after --kubeconfig.',
    });
  return parseKubeconfig(file, text);
}

/** Files that are not there are left out, as kubectl does it, unless none is. */
function fromList(list: string): Kubeconfig {
  const files = [...new Set(list.split(delimiter))].filter((file) => file !== '');
  const configs = files.flatMap((file) => {
    const text = readIfThere(file);
    return text === undefined ? [] : [parseKubeconfig(file, text)];
  });
  if (configs.length === 0)
    throw new UserError({
      message: `KUBECONFIG names no file that is there: ${files.join(', ') || list}`,
      remedy: 'Mend it, unset it to read ~/.kube/config, or name a file with --kubeconfig.',
    });
  return mergeKubeconfigs(configs);
}

/** @throws UserError when it is there and cannot be read */
function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cannotBeRead(`the kubeconfig ${file}`, error);
  }
}
