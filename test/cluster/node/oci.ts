import { createHash } from 'node:crypto';

/** An image of one file. */
export interface OneFileImage {
  /** `lunchbox.test/stand-in:1`. */
  name: string;
  /** Where the program lies in the image: `stand-in`. */
  path: string;
  program: Buffer;
  entrypoint: readonly string[];
}

/** Images as an OCI archive, which containerd imports: nothing is pulled from anywhere. */
export function ociArchive(images: readonly OneFileImage[]): Buffer {
  const blobs = new Map<string, Buffer>();
  const put = (content: Buffer, mediaType: string) => {
    const hash = createHash('sha256').update(content).digest('hex');
    blobs.set(`blobs/sha256/${hash}`, content);
    return { mediaType, digest: `sha256:${hash}`, size: content.length };
  };
  const putJson = (value: unknown, mediaType: string) => put(Buffer.from(JSON.stringify(value)), mediaType);
  const manifests = images.map(({ name, path, program, entrypoint }) => {
    const layer = put(
      tar([{ path, content: program, mode: 0o755 }]),
      'application/vnd.oci.image.layer.v1.tar',
    );
    const config = putJson(
      {
        architecture: { x64: 'amd64', arm64: 'arm64' }[process.arch as string] ?? process.arch,
        os: 'linux',
        config: { Entrypoint: entrypoint },
        rootfs: { type: 'layers', diff_ids: [layer.digest] },
      },
      'application/vnd.oci.image.config.v1+json',
    );
    const type = 'application/vnd.oci.image.manifest.v1+json';
    const manifest = putJson({ schemaVersion: 2, mediaType: type, config, layers: [layer] }, type);
    return { ...manifest, annotations: { 'io.containerd.image.name': name } };
  });
  const files = [
    { path: 'oci-layout', content: Buffer.from('{"imageLayoutVersion":"1.0.0"}') },
    { path: 'index.json', content: Buffer.from(JSON.stringify({ schemaVersion: 2, manifests })) },
    ...[...blobs].map(([path, content]) => ({ path, content })),
  ];
  return tar(files.map((file) => ({ ...file, mode: 0o644 })));
}

interface TarFile {
  path: string;
  content: Buffer;
  mode: number;
}

/** POSIX ustar, of plain files owned by root, without times. */
function tar(files: readonly TarFile[]): Buffer {
  const parts = files.flatMap(({ path, content, mode }) => {
    const header = Buffer.alloc(512);
    const octal = (value: number, at: number, width: number) =>
      header.write(value.toString(8).padStart(width - 1, '0'), at);
    header.write(path, 0);
    octal(mode, 100, 8);
    octal(0, 108, 8);
    octal(0, 116, 8);
    octal(content.length, 124, 12);
    octal(0, 136, 12);
    header.write('        0', 148);
    header.write('ustar\0', 257);
    header.write('00', 263);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}
