/** What the machine of an environment is called, and whatever belongs to it in the cloud. */
export function resourceName(app: string, environment: string): string {
  return `${app}-${environment}`;
}
