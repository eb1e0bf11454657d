import { deploy as declaration } from '../../capabilities/declarations/deploy/deploy.ts';
import { runAction } from '../run-action.ts';
import { deploy } from './deploy.ts';

await runAction(declaration, (context) =>
  deploy(context, async (token) => {
    // Reads the event when it is loaded; by now it is known to be readable.
    const { getOctokitOptions, GitHub } = await import('@actions/github/lib/utils');
    return new GitHub(getOctokitOptions(token)).request;
  }),
);
