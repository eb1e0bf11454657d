/** Folder of an environment, from the root of the repository. */
export const environmentFolder = (environment: string) => `clusters/${environment}`;
/** Folder whose files a render owns. */
export const manifestsFolder = (environment: string) => `${environmentFolder(environment)}/manifests`;

/** What a new droplet is told to do; holds no secret. Rendered. */
export const userDataPath = (environment: string) => `${environmentFolder(environment)}/user-data.yaml`;
/** What NixOS and deliveries read about the machine. Rendered. */
export const hostPath = (environment: string) => `${environmentFolder(environment)}/host.json`;
/** What provisioning found out about the droplet: an input of rendering. */
export const dropletPath = (environment: string) => `${environmentFolder(environment)}/droplet.json`;
/** The pinned host keys. */
export const knownHostsPath = (environment: string) => `${environmentFolder(environment)}/known_hosts`;
/** k3s' token and the sealing key, encrypted for the recipients that the spec names. */
export const escrowPath = (environment: string) => `${environmentFolder(environment)}/escrow.age`;
/** What is in the escrow and who can open it: public, as the escrow is. */
export const escrowNotePath = (environment: string) => `${environmentFolder(environment)}/escrow-note.json`;

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
