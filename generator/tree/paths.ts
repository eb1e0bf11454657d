/** Folder of an environment, from the root of the repository. */
export const environmentFolder = (environment: string) => `clusters/${environment}`;
/** Folder whose files a render owns. */
export const manifestsFolder = (environment: string) => `${environmentFolder(environment)}/manifests`;

/** Names that Windows keeps for devices, whatever their ending. */
const DEVICES = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$/;

/**
 * `clusters/<env>/manifests/<component>/<kind>-<name>.yaml`, in lower case and in characters that every file system
 * takes: one object, one file, whose name says which.
 */
export function manifestPath(environment: string, component: string, kind: string, name: string): string {
  const folder = component.split('/').map(clean).join('/');
  return `${manifestsFolder(environment)}/${folder}/${clean(kind)}-${clean(name)}.yaml`;
}

function clean(part: string): string {
  const plain = part
    .toLowerCase()
    .replace(/[^a-z0-9._-]/g, '-')
    .replace(/^\.+/, '')
    .replace(/\.+$/, '')
    .slice(0, 200);
  return plain === '' || DEVICES.test(plain) ? `_${plain}` : plain;
}
