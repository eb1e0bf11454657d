import { type Owned, subjectOf } from '../../../generator/deploy/inventory.ts';
import { conflictProblem, conflictsOf } from '../../../generator/deploy/plan/conflicts.ts';
import { immutableProblem, isImmutable } from '../../../generator/deploy/plan/immutable.ts';
import type { Problem } from '../../../generator/errors.ts';
import type { ApiError } from '../../ports/api-error.ts';

/** Why an object that is there cannot be applied: fields of others, fields that cannot be changed, or what the server says. */
export function applyProblem(error: ApiError, owned: Owned): Problem {
  const subject = subjectOf(owned);
  const conflicts = conflictsOf(error.causes);
  if (conflicts.length > 0) return conflictProblem(subject, conflicts);
  if (error.status === 422 && isImmutable(error.causes))
    return immutableProblem(subject, owned.group, owned.kind, error.causes);
  return refusalProblem(subject, error);
}

/** The name of the webhook that was to be asked about an object, and does not answer; undefined when it is not about that. */
export function silentWebhook({ message }: ApiError): string | undefined {
  return /failed calling webhook "([^"]*)"/.exec(message)?.[1];
}

/** What the API server, or a webhook behind it, has against an object. */
export function refusalProblem(subject: string, error: ApiError): Problem {
  const { message, status, reason, causes } = error;
  const said = message.replace(/^[^:]*: /, '');
  const fields = causes.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`));
  // The server calls the whole of a ConfigMap or Secret `[]`.
  const large =
    status === 413 || causes.some(({ field, message }) => field === '[]' && /^Too long/.test(message));
  return {
    message: `the cluster refuses ${subject} (${reason}): ${said}`,
    remedy:
      silentWebhook(error) !== undefined
        ? 'See whether the pods behind that webhook run, and deliver again when it answers; or delete its configuration: kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations.'
        : status === 403 && /quota/i.test(message)
          ? 'Raise the quota of the namespace, or ask for less.'
          : status === 403
            ? 'See which right or which policy it names; the credential needs the right, or the manifest must follow the policy.'
            : large
              ? 'Put what is large into the image, a volume or several objects.'
              : fields.length > 0
                ? `Mend ${fields.slice(0, 3).join('; ')}.`
                : 'Mend the manifest, and render it again.',
  };
}
