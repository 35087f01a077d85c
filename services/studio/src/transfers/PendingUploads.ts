import { Database, resultOf } from "../shared/database";
import type { IncomingFile } from "./incomingFiles";

/** A file that was to be sent when the page ended. */
export interface PendingFile {
  readonly project: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly handle?: FileSystemFileHandle | undefined;
}

/** Files that wait to be sent, kept in the browser so that a reload does not forget them. */
export class PendingUploads {
  private readonly database = new Database({
    name: "segmentation-uploads", version: 1, stores: { files: { autoIncrement: false } },
  });

  /** Files of a project that an earlier page did not send. */
  async of(project: string): Promise<PendingFile[]> {
    const all = await this.run("readonly", (files) => resultOf(files.getAll() as IDBRequest<PendingFile[]>));
    return (all ?? []).filter((file) => file.project === project);
  }

  /** Keeps files. */
  async add(project: string, files: readonly IncomingFile[]): Promise<void> {
    await this.run("readwrite", async (store) => {
      for (const { name, file, handle } of files) {
        const pending: PendingFile = { project, name, sizeBytes: file.size, ...(handle ? { handle } : {}) };
        store.put(pending, keyOf(project, name));
      }
    });
  }

  /** Forgets files: they were sent, or refused. */
  async delete(project: string, names: readonly string[]): Promise<void> {
    await this.run("readwrite", async (store) => names.forEach((name) => store.delete(keyOf(project, name))));
  }

  /** Runs work; without a database, as in private windows of some browsers, nothing is kept. */
  private async run<T>(mode: IDBTransactionMode, work: (files: IDBObjectStore) => Promise<T>): Promise<T | undefined> {
    try {
      return await this.database.run(mode, (store) => work(store("files")));
    } catch {
      return undefined;
    }
  }
}

function keyOf(project: string, name: string): string {
  return `${project} ${name}`;
}
