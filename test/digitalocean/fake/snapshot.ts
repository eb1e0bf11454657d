import type { World } from './world.ts';

type Saved = Omit<World, 'now' | 'nextId' | 'actions'>;

/** An account as it is now. Nothing may be under way in it. */
export function saveWorld(world: World): Saved {
  if (world.actions.some(({ status }) => status === 'in-progress')) throw new Error('something is under way');
  const { now, nextId, actions, ...data } = world;
  return structuredClone(data);
}

/** Makes an account as it was. */
export function loadWorld(world: World, saved: Saved): void {
  Object.assign(world, structuredClone(saved), { actions: [], keyLists: [] });
}
