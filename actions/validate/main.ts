import { validate as declaration } from '../../capabilities/declarations/validate.ts';
import { runAction } from '../run-action.ts';
import { validate } from './validate.ts';

await runAction(declaration, validate);
