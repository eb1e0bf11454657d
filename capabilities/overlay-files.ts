import type { FileChanges, Files } from '../generator/files.ts';

/** Files as they will be once these texts are written; nothing is written. */
export function overlayFiles(files: Files, texts: ReadonlyMap<string, string>): Files {
  return {
    read: (path) => texts.get(path) ?? files.read(path),
    list: (folder) => {
      const root = folder === '' || folder === '.' ? '' : `${folder.replace(/\/+$/, '')}/`;
      const own = [...texts.keys()].filter((path) => path.startsWith(root));
      return [...new Set([...own, ...files.list(folder)])].sort();
    },
    apply: (_changes: FileChanges) => {
      throw new Error('these files are only looked at');
    },
  };
}
