import { describe, expect, it } from 'vitest';
import { gitIn } from '../../adapters/git.ts';
import { nodeExec } from '../../adapters/node-exec.ts';
import { checkAncestry } from '../../capabilities/deploy/guards.ts';
import { gitRepository } from '../support/git.ts';

/** one ─ two ─ three, and `other` beside two. */
function history() {
  const { folder, git, commit } = gitRepository();
  const one = commit('one');
  const two = commit('two');
  const three = commit('three');
  git('checkout', '-q', one);
  const other = commit('other');
  return { folder, one, two, three, other, port: gitIn(folder, nodeExec) };
}

describe('an older commit', () => {
  it('does not overwrite a newer one', async () => {
    const { one, three, port } = history();
    await expect(checkAncestry(one, three, port, 'prod')).rejects.toThrow(
      `${one.slice(0, 12)} is older than ${three.slice(0, 12)}, which was delivered before`,
    );
    // A remedy can be pasted as it stands.
    await expect(checkAncestry(one, three, port, 'prod')).rejects.toThrow('`lunchbox rollback prod`');
  });

  it('from beside it neither', async () => {
    const { two, other, port } = history();
    await expect(checkAncestry(other, two, port, 'prod')).rejects.toThrow('its changes would be lost');
  });

  it('is no obstacle to the same, to a newer, or to a first one', async () => {
    const { one, three, port } = history();
    await expect(checkAncestry(three, three, port, 'prod')).resolves.toBeUndefined();
    await expect(checkAncestry(three, one, port, 'prod')).resolves.toBeUndefined();
    await expect(checkAncestry(one, undefined, undefined, 'prod')).resolves.toBeUndefined();
  });

  it('is asked for where a clone does not hold it, and told where nobody does', async () => {
    const { folder, one, three } = history();
    const shallow = gitRepository(['clone', '-q', '--depth=1', '--no-tags', `file://${folder}`, '.']);
    const port = gitIn(shallow.folder, nodeExec);
    shallow.git('fetch', '-q', '--depth=1', 'origin', three);
    expect(await port.commit(one)).toBeUndefined();
    await expect(checkAncestry(three, one, port, 'prod')).resolves.toBeUndefined();
    const nobody = 'f'.repeat(40);
    await expect(checkAncestry(three, nobody, port, 'prod')).rejects.toThrow(
      /cannot be told: this clone does not know that commit[\s\S]*fetch-depth: 0/,
    );
  });

  it('cannot be told from a tree of no commit', async () => {
    const { one, port } = history();
    await expect(checkAncestry('', one, port, 'prod')).rejects.toThrow(
      /this tree is newer than .* cannot be told: it is of no commit/,
    );
    await expect(checkAncestry(one, 'f'.repeat(40), undefined, 'prod')).rejects.toThrow('cannot be told');
  });
});
