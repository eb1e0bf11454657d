import { provisionApply as declaration } from '../../capabilities/declarations/provision/apply.ts';
import { runAction } from '../run-action.ts';
import { provision } from './provision.ts';

await runAction(declaration, provision);
