import type { DeliveryProblem } from '../../generator/deploy/events.ts';
import { UserError } from '../../generator/errors.ts';
import { ApiError } from '../ports/api-error.ts';

/** A step of a delivery that did not succeed; what it changed can be taken back. */
export class DeliveryFailed extends Error {
  override readonly name = 'DeliveryFailed';
  readonly problems: readonly DeliveryProblem[];

  constructor(problems: readonly DeliveryProblem[], options?: ErrorOptions) {
    super(problems.map(({ subject, message }) => `${subject}: ${message}`).join('\n'), options);
    this.problems = problems;
  }
}

/** What went wrong, in words. @throws what is a mistake of ours */
export function problemsOf(error: unknown): DeliveryProblem[] {
  if (error instanceof DeliveryFailed) return [...error.problems];
  if (error instanceof UserError)
    return error.problems.map(({ message, remedy = '', place }) => ({
      subject: '',
      message,
      remedy,
      evidence: [],
      ...(place ? { place } : {}),
    }));
  if (error instanceof ApiError)
    return [{ subject: '', message: error.message, remedy: remedyOf(error), evidence: [] }];
  throw error;
}

/** What the API server, or the way to it, refused before anything was begun. */
export function refused(error: ApiError, address: string): UserError {
  return new UserError(
    { message: `${address}: ${error.message}`, remedy: remedyOf(error) },
    { cause: error },
  );
}

function remedyOf({ status, reason, transient }: ApiError): string {
  if (status === 401)
    return 'The credential is not accepted: it may have run out. Take a new kubeconfig, or log in again.';
  if (status === 403)
    return "The credential may not do that: give it the right that the message names, or take an administrator's.";
  if (/CERT|SIGNED|SIGNATURE|ALTNAME|ISSUER/.test(reason))
    return 'See that the kubeconfig is the one of this cluster, and that the clocks are right; k3s renews its certificates when it is restarted.';
  if (reason === 'ECONNREFUSED' || reason === 'ENOTFOUND')
    return 'See that the cluster runs, and that the address is the right one.';
  if (reason.startsWith('ERR_PROXY'))
    return '`proxy-url` of the kubeconfig names the proxy, else HTTPS_PROXY does, and NO_PROXY what is reached without: see that it is the right one, and that it may lead there.';
  if (UNREACHABLE.has(reason))
    return 'See that the cluster runs, that the address is the right one, and that no firewall, and no VPN that is off, stands between.';
  if (/^EPROTO|^ERR_SSL/.test(reason))
    return 'See that the address is that of the API server, and that the credential is one of this cluster.';
  if (transient)
    return 'It could not be reached, or was busy, for too long: try again when it answers. Nothing is lost.';
  return 'See what it says, mend it, and try again.';
}

const UNREACHABLE = new Set(['ERR_CONNECT_TIMEOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN']);
