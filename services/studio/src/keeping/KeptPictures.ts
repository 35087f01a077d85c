import { Database, resultOf } from "../shared/database";
import type { KeptWork } from "./KeptWork";

/** Limit in bytes for the files of pictures. Work is small and is not counted. */
const MOST_BYTES = 256 * 1024 * 1024;

/** A picture on which something was done, as lists show it. */
export interface KeptPicture {
  /** SHA-256 of its file, hexadecimal. */
  readonly hash: string;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly objects: number;
  /** Time of the last work on it, in milliseconds since 1970. */
  readonly used: number;
  /** Bytes of its stored file; 0 when the user has to open the file again. */
  readonly bytes: number;
  readonly thumbnail: Blob | null;
  /** Changes with every saving: who saves must have seen the last one. */
  readonly revision: string;
}

/** The work was changed by another tab since this one has read it. */
export class ChangedElsewhereError extends Error {}

/** Data of one save: the summary for the list, and the work. */
export type Saving = Omit<KeptPicture, "bytes" | "revision"> & { readonly work: KeptWork };

/** Pictures and the work on them, in the browser's IndexedDB. Calls reject with the browser's reasons. */
export class KeptPictures {
  private readonly database = new Database({
    name: "segmentation-studio",
    version: 1,
    // Summaries for lists, work, and the pictures' files, each by the picture's SHA-256.
    stores: { pictures: { autoIncrement: false }, works: { autoIncrement: false }, files: { autoIncrement: false } },
  });

  constructor(private readonly mostBytes = MOST_BYTES) {}

  /** All of them, the last used first. */
  async list(): Promise<KeptPicture[]> {
    const all = await this.database.run("readonly", (store) => resultOf<KeptPicture[]>(store("pictures").getAll()));
    return all.toSorted((a, b) => b.used - a.used);
  }

  /** Reads the work on a picture and its revision; undefined when there is none. */
  work(hash: string): Promise<{ readonly work: KeptWork; readonly revision: string } | undefined> {
    return this.database.run("readonly", async (store) => {
      const [work, picture] = await Promise.all([
        resultOf<KeptWork | undefined>(store("works").get(hash)),
        resultOf<KeptPicture | undefined>(store("pictures").get(hash)),
      ]);
      return work && picture && { work, revision: picture.revision };
    });
  }

  /** Reads a picture's file; undefined when it is not stored any more. */
  file(hash: string): Promise<Blob | undefined> {
    return this.database.run("readonly", (store) => resultOf<Blob | undefined>(store("files").get(hash)));
  }

  /**
   * Saves the work on a picture.
   * @param seen The revision that this tab has read or written last; undefined for a picture that is new to it, and
   * null to save anyway.
   * @returns The new revision.
   * @throws ChangedElsewhereError when another tab has saved since.
   */
  save({ work, ...summary }: Saving, seen: string | undefined | null): Promise<string> {
    const revision = crypto.getRandomValues(new Uint32Array(2)).join("-");
    return this.database.run("readwrite", async (store) => {
      const before = await resultOf<KeptPicture | undefined>(store("pictures").get(summary.hash));
      if (seen !== null && before && before.revision !== seen) {
        throw new ChangedElsewhereError();
      }
      await Promise.all([
        resultOf(store("works").put(work, summary.hash)),
        resultOf(store("pictures").put({ ...summary, bytes: before?.bytes ?? 0, revision }, summary.hash)),
      ]);
      return revision;
    });
  }

  /**
   * Keeps a picture's file beside its work, in the place of those that were used least recently.
   * @returns Names of the pictures whose files were dropped, or null when this one is larger than the limit.
   */
  keepFile(hash: string, file: Blob): Promise<string[] | null> {
    return this.database.run("readwrite", async (store) => {
      const all = await resultOf<KeptPicture[]>(store("pictures").getAll());
      const own = all.find((picture) => picture.hash === hash);
      if (!own || own.bytes === file.size) {
        return [];
      }
      if (file.size > this.mostBytes) {
        return null;
      }
      const others = all.filter((picture) => picture !== own && picture.bytes > 0).sort((a, b) => a.used - b.used);
      let sum = others.reduce((total, { bytes }) => total + bytes, file.size);
      const dropped: string[] = [];
      for (const picture of others) {
        if (sum <= this.mostBytes) {
          break;
        }
        sum -= picture.bytes;
        dropped.push(picture.name);
        await resultOf(store("files").delete(picture.hash));
        await resultOf(store("pictures").put({ ...picture, bytes: 0 }, picture.hash));
      }
      await resultOf(store("files").put(file, hash));
      await resultOf(store("pictures").put({ ...own, bytes: file.size }, hash));
      return dropped;
    });
  }

  /** Drops the file that was used least recently, and returns its picture's name; undefined when there is none. */
  dropOldestFile(except: string): Promise<string | undefined> {
    return this.database.run("readwrite", async (store) => {
      const all = await resultOf<KeptPicture[]>(store("pictures").getAll());
      const [oldest] = all.filter(({ hash, bytes }) => bytes > 0 && hash !== except).sort((a, b) => a.used - b.used);
      if (oldest) {
        await resultOf(store("files").delete(oldest.hash));
        await resultOf(store("pictures").put({ ...oldest, bytes: 0 }, oldest.hash));
      }
      return oldest?.name;
    });
  }

  /** Forgets a picture and the work on it. */
  async forget(hash: string): Promise<void> {
    await this.database.run("readwrite", (store) => Promise.all(
      (["pictures", "works", "files"] as const).map((name) => resultOf(store(name).delete(hash)))));
  }
}
