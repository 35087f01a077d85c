import { signal } from "@preact/signals";
import { isFull } from "../shared/database";
import type { Notices } from "../shared/Notices";
import type { Picture } from "../picture/Picture";
import { texts } from "../texts/texts";
import { ChangedElsewhereError, type KeptPicture, KeptPictures } from "./KeptPictures";
import { pack, unpack, type Work } from "./KeptWork";
import { lastPicture, rememberPicture } from "./lastPicture";
import { askBeforeLeaving } from "./leaving";
import { Tabs } from "./Tabs";
import { thumbnailOf } from "./thumbnail";

/** State of saving the work on the open picture. */
export type KeepingState = "nothing" | "kept" | "saving" | "elsewhere" | "failed";

/** The page whose work is kept. */
export interface KeepingSource {
  /** Returns the work so far. */
  readonly work: () => Work;
  /** Continues work of an earlier visit or another tab; as one more step if there is work on this page. */
  readonly resume: (work: Work) => void;
}

/** Time that a change waits for further ones. */
const DELAY_MS = 500;

interface Open {
  readonly picture: Picture;
  readonly hash: string;
  /** The revision that this tab has seen last; undefined before the first save. */
  revision: string | undefined;
  isFileKept: boolean;
  isLost: boolean;
}

/** Keeps the work on the open picture in this browser, within a second of a change, and brings it back. */
export class Keeper {
  readonly state = signal<KeepingState>("nothing");
  /** Pictures that can be continued, the last used first. */
  readonly pictures = signal<readonly KeptPicture[]>([]);
  private open: Open | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private saving: Promise<void> | undefined;
  private hasChanges = false;
  private hasUnsavedWork = false;
  private readonly tabs: Tabs;

  constructor(
    private readonly source: KeepingSource,
    private readonly notices: Notices,
    private readonly store = new KeptPictures(),
  ) {
    this.tabs = new Tabs({
      isOpen: (hash) => this.open?.hash === hash,
      onOpenElsewhere: () => this.notices.add(texts.peek().keeping.alsoOpen),
      onSavedElsewhere: () => this.changedElsewhere(),
    });
    addEventListener("pagehide", () => void this.flush());
    document.addEventListener("visibilitychange", () => document.hidden && void this.flush());
  }

  /** True if the work on the open picture is being kept. */
  get isOpen(): boolean {
    return this.open !== undefined;
  }

  /** Reads the list of pictures that can be continued. */
  async refresh(): Promise<void> {
    try {
      this.pictures.value = await this.store.list();
    } catch {
      // Without a database there is nothing to continue. The first save tells the user.
    }
  }

  /** The picture that this tab had open when it was left, or undefined. */
  async last(): Promise<{ file: Blob; name: string } | undefined> {
    const hash = lastPicture();
    await this.refresh();
    const picture = this.pictures.peek().find((one) => one.hash === hash);
    return picture && this.fileOf(picture);
  }

  /** Reads a picture's file; undefined, with a notice, when it is not stored any more. */
  async fileOf({ hash, name, objects }: KeptPicture): Promise<{ file: Blob; name: string } | undefined> {
    const file = await this.store.file(hash).catch(() => undefined);
    if (!file) {
      this.notices.add(texts.peek().keeping.fileDropped(name, objects));
    }
    return file && { file, name };
  }

  /** Begins to keep the work on a picture, and resumes earlier work on it. */
  async begin(picture: Picture, hash: string): Promise<void> {
    this.leave();
    const open: Open = { picture, hash, revision: undefined, isFileKept: false, isLost: false };
    this.open = open;
    rememberPicture(hash);
    this.tabs.opened(hash);
    try {
      const kept = await this.store.work(hash);
      if (this.open !== open) {
        return;
      }
      const work = kept && unpack(kept.work);
      if (work === null) {
        // It must not be overwritten by a version that cannot read it.
        open.isLost = true;
        this.state.value = "failed";
        this.notices.add(texts.peek().keeping.laterVersion);
        return;
      }
      open.revision = kept?.revision;
      if (work) {
        this.source.resume(work);
      }
    } catch (error) {
      this.failed(open, error);
      return;
    }
    this.changed(false);
  }

  /** Saves the work so far and ends: the next picture is about to be opened. */
  leave(): void {
    void this.flush();
    this.open = undefined;
    this.hasChanges = this.hasUnsavedWork = false;
    this.follow("nothing");
  }

  /**
   * Must be called after a change, which is then saved soon.
   * @param isWork True for a change of the user, which must not be lost.
   */
  changed(isWork: boolean): void {
    const { open } = this;
    if (!open || (this.state.peek() === "elsewhere" && !isWork)) {
      return;
    }
    this.hasChanges = true;
    this.hasUnsavedWork ||= isWork;
    if (open.isLost || this.state.peek() === "elsewhere") {
      this.follow(this.state.peek());
      return;
    }
    // The state changes when saving begins: a change of layout between a click and its mask would delay the mask.
    this.noteUnsaved();
    this.timer ??= setTimeout(() => void this.flush(), DELAY_MS);
  }

  /** Saves pending changes now. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { open } = this;
    if (!open || !this.hasChanges || open.isLost || this.state.peek() === "elsewhere") {
      return;
    }
    // Saves the work as it is now, however long the save before takes.
    const work = this.source.work();
    const isWork = this.hasUnsavedWork;
    this.hasChanges = this.hasUnsavedWork = false;
    if (isWork) {
      this.state.value = "saving";
    }
    const before = this.saving;
    this.saving = (async () => {
      await before;
      await this.save(open, work, open.revision);
    })();
    await this.saving;
  }

  /** Forgets a picture and the work on it. */
  async forget(hash: string): Promise<void> {
    await this.store.forget(hash);
    await this.refresh();
  }

  private async save(open: Open, work: Work, seen: string | undefined | null): Promise<void> {
    const { picture, hash } = open;
    try {
      open.revision = await this.insist(hash, async () => this.store.save({
        hash, name: picture.name, width: picture.width, height: picture.height,
        objects: work.history.present.objects.length, used: Date.now(),
        thumbnail: await (picture.thumbnail ??= thumbnailOf(picture)), work: pack(work),
      }, seen === null ? null : open.revision ?? seen));
      this.tabs.saved(hash);
      if (this.open === open && !this.hasUnsavedWork) {
        this.follow("kept");
      }
      if (!open.isFileKept) {
        open.isFileKept = true;
        await this.keepFile(open);
      }
    } catch (error) {
      if (error instanceof ChangedElsewhereError) {
        if (this.open === open) {
          this.hasChanges = this.hasUnsavedWork = true;
          this.changedElsewhere();
        }
      } else {
        this.failed(open, error);
      }
    }
  }

  private async keepFile({ hash, picture }: Open): Promise<void> {
    const words = texts.peek().keeping;
    try {
      const dropped = await this.insist(hash, () => this.store.keepFile(hash, picture.original));
      if (dropped === null) {
        this.notices.add(words.fileTooLarge(picture.name));
      } else if (dropped.length > 0) {
        this.notices.add(words.dropped(dropped.join(", ")));
      }
    } catch {
      this.notices.add(words.fileTooLarge(picture.name));
    }
  }

  /** Drops files while the browser has no more room, as long as there are any. */
  private async insist<T>(hash: string, work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        const name = isFull(error) ? await this.store.dropOldestFile(hash) : undefined;
        if (name === undefined) {
          throw error;
        }
        this.notices.add(texts.peek().keeping.dropped(name));
      }
    }
  }

  private failed(open: Open, error: unknown): void {
    const words = texts.peek().keeping;
    if (this.open === open) {
      this.hasChanges = this.hasUnsavedWork = true;
      this.follow("failed");
      const reason = error instanceof Error ? error.message || error.name : "";
      // The next change tries again.
      this.notices.add(isFull(error) ? words.full : words.forbidden(reason));
    }
  }

  private changedElsewhere(): void {
    const { open } = this;
    if (!open || this.state.peek() === "elsewhere") {
      return;
    }
    this.follow("elsewhere");
    const words = texts.peek().keeping;
    this.notices.add(words.changedElsewhere, [
      { label: words.loadTheirs, run: () => void this.loadTheirs(open) },
      { label: words.keepMine, run: () => void this.keepMine(open) },
    ]);
  }

  /** Takes the other tab's work as one step, so that this tab's is one undo away. */
  private async loadTheirs(open: Open): Promise<void> {
    const kept = await this.store.work(open.hash).catch(() => undefined);
    const work = kept && unpack(kept.work);
    if (this.open === open && kept && work) {
      open.revision = kept.revision;
      this.follow("saving");
      this.source.resume(work);
      this.changed(true);
    }
  }

  private async keepMine(open: Open): Promise<void> {
    if (this.open === open) {
      this.follow("saving");
      this.hasChanges = this.hasUnsavedWork = false;
      await this.save(open, this.source.work(), null);
    }
  }

  private follow(state: KeepingState): void {
    this.state.value = state;
    this.noteUnsaved();
  }

  private noteUnsaved(): void {
    askBeforeLeaving(this.hasUnsavedWork || this.state.peek() === "saving");
  }
}
