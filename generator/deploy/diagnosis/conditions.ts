import { at, items, text } from '../../fields.ts';
import type { JsonObject } from '../../manifest.ts';
import { oneLine } from './one-line.ts';

/** Conditions that say something bad when they are true; all others do when they are not. */
const BAD =
  /^(?:Failed|FailureTarget|Stalled|Degraded|InvalidRequest|Denied|NonStructuralSchema|Terminating|DisruptionTarget)$|Failure$|Pressure$/;
/** Of these both answers are all right, unless the reason says otherwise. */
const NEUTRAL = /^(?:Issuing|Reconciling|Suspended|Complete|SuccessCriteriaMet)$/;

/** The conditions of an object that are not as they should be: `Available is False: MinimumReplicasUnavailable: …`. */
export function badConditions(object: JsonObject): string[] {
  return items(at(object, 'status', 'conditions')).flatMap(({ item }) => {
    const [type, status] = [text(item.type) ?? '', text(item.status) ?? ''];
    const good = BAD.test(type) ? 'False' : 'True';
    if (status === good || (NEUTRAL.test(type) && !/Fail|Error/.test(text(item.reason) ?? ''))) return [];
    const why = [text(item.reason), text(item.message)].filter((part) => part).join(': ');
    return [oneLine(`${type} is ${status}${why ? `: ${why}` : ''}`)];
  });
}
