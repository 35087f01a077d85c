import { effect, type ReadonlySignal, signal } from "@preact/signals";
import { EMPTY, type Annotation } from "../annotation/Annotation";
import { advance, type History } from "../annotation/History";
import type { Viewport } from "../canvas/Viewport";
import { Keeper } from "../keeping/Keeper";
import type { KeptPicture } from "../keeping/KeptPictures";
import type { Work } from "../keeping/KeptWork";
import type { Opening } from "../picture/Opening";
import { hashOf, type Picture } from "../picture/Picture";
import type { Notices } from "../shared/Notices";

/** What was done on a picture stays in this browser, and is there again when the picture is. */
export class Resuming {
  /** How the picture lies on the canvas; null until it is drawn. */
  readonly view = signal<Viewport | null>(null);
  /** How it lay there on an earlier visit, until the canvas takes it. */
  readonly keptView = signal<Viewport | null>(null);
  readonly keeper: Keeper;

  /** @param step Makes a history the present one. */
  constructor(
    private readonly opening: () => Opening,
    private readonly history: ReadonlySignal<History<Annotation>>,
    private readonly step: (history: History<Annotation>) => void,
    notices: Notices,
  ) {
    this.keeper = new Keeper({
      work: () => ({ history: this.history.peek(), view: this.view.peek() }),
      resume: (work) => this.goOn(work),
    }, notices);
    effect(() => this.keeper.changed(this.history.value.present !== EMPTY || this.history.value.past.length > 0));
    effect(() => {
      void this.view.value;
      this.keeper.changed(false);
    });
  }

  /** Opens what this tab had open when it was left. */
  async reopen(): Promise<void> {
    const last = await this.keeper.last();
    if (last && !this.opening().picture.value) {
      await this.opening().open(last);
    }
  }

  /** Goes on with a picture of the list. */
  async resume(picture: KeptPicture): Promise<void> {
    const file = await this.keeper.fileOf(picture);
    if (file) {
      await this.opening().open(file);
    }
  }

  /** A picture is on the page: what was done on it before comes back. */
  async bringBack(picture: Picture): Promise<void> {
    const hash = await hashOf(picture.original);
    if (hash && this.opening().picture.value?.original === picture.original) {
      await this.keeper.begin(picture, hash);
    }
  }

  /** The server has the picture. A page that cannot make digests takes the server's. */
  begun(picture: Picture): void {
    if (!this.keeper.isOpen) {
      void this.keeper.begin(picture, picture.id!.replace("sha256:", ""));
    }
  }

  /** The picture goes; call it before the history is another's. */
  leave(): void {
    this.keeper.leave();
    this.keptView.value = this.view.value = null;
  }

  /** Goes on with work of an earlier visit, or of another tab; what was done here meanwhile can be undone to. */
  private goOn({ history, view }: Work): void {
    const present = this.history.peek();
    const hasWork = present.present !== EMPTY || present.past.length > 0;
    this.keptView.value = hasWork ? null : view;
    this.step(hasWork ? advance(present, history.present) : history);
  }
}
