import { review } from '../../capabilities/declarations/review.ts';
import { runAction } from '../run-action.ts';
import { diff } from './diff.ts';

await runAction(review, diff);
