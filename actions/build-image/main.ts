import { build } from '../../capabilities/declarations/build.ts';
import { runAction } from '../run-action.ts';
import { buildImage } from './build-image.ts';

await runAction(build, buildImage);
