import { render as declaration } from '../../capabilities/declarations/render.ts';
import { runAction } from '../run-action.ts';
import { render } from './render.ts';

await runAction(declaration, render);
