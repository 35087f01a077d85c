/** A file that a person brought, with its folders. */
export interface IncomingFile {
  /** Name with folders, separated by slashes. */
  readonly name: string;
  readonly file: File;
  /** Handle by which the file can be read after a reload, where the browser has such. */
  readonly handle?: FileSystemFileHandle | undefined;
}

/** Endings of pictures that the server reads. Other files of a folder are passed over, and counted. */
const PICTURE = /\.(jpe?g|jpe|jfif|png|webp|gif|tiff?|bmp)$/i;

/** True for a file that may be a picture. */
export function isPicture({ name, file }: IncomingFile): boolean {
  return file.type.startsWith("image/") || PICTURE.test(name);
}

/** Files of a chooser, with their folders where a folder was chosen. */
export function chosenFiles(files: Iterable<File>): IncomingFile[] {
  return Array.from(files, (file) => ({ name: file.webkitRelativePath || file.name, file }));
}

/**
 * Files and folders that were dropped, all the way down. All are asked for at once: items end with the drop's event.
 */
export async function droppedFiles(transfer: DataTransfer): Promise<IncomingFile[]> {
  const dropped = Array.from(transfer.items)
    .filter(({ kind }) => kind === "file")
    .map((item) => ({
      handle:
        "getAsFileSystemHandle" in item
          ? (
              item as DataTransferItem & { getAsFileSystemHandle: () => Promise<FileSystemHandle | null> }
            ).getAsFileSystemHandle()
          : undefined,
      entry: item.webkitGetAsEntry(),
      file: item.getAsFile(),
    }));
  const found: IncomingFile[] = [];
  for (const { handle, entry, file } of dropped) {
    const known = await handle?.catch(() => null);
    if (known) {
      found.push(...(await filesOfHandle(known, "")));
    } else if (entry) {
      found.push(...(await filesOfEntry(entry, "")));
    } else if (file) {
      found.push({ name: file.name, file });
    }
  }
  return found;
}

async function filesOfHandle(handle: FileSystemHandle, folder: string): Promise<IncomingFile[]> {
  const name = folder + handle.name;
  if (handle.kind === "file") {
    return [{ name, file: await (handle as FileSystemFileHandle).getFile(), handle: handle as FileSystemFileHandle }];
  }
  const found: IncomingFile[] = [];
  const children = handle as unknown as { values: () => AsyncIterable<FileSystemHandle> };
  for await (const child of children.values()) {
    found.push(...(await filesOfHandle(child, `${name}/`)));
  }
  return found;
}

async function filesOfEntry(entry: FileSystemEntry, folder: string): Promise<IncomingFile[]> {
  const name = folder + entry.name;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ name, file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: IncomingFile[] = [];
  for (;;) {
    // A reader gives at most 100 entries at once.
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) {
      return found;
    }
    for (const child of entries) {
      found.push(...(await filesOfEntry(child, `${name}/`)));
    }
  }
}
