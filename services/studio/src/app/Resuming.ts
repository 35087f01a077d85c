import { effect, type ReadonlySignal, signal } from "@preact/signals";
import { EMPTY, type Annotation } from "../annotation/Annotation";
import { advance, type History } from "../annotation/History";
import type { Viewport } from "../canvas/Viewport";
import { Keeper } from "../keeping/Keeper";
import type { KeptPicture } from "../keeping/KeptPictures";
import type { Work } from "../keeping/KeptWork";
import type { Opening } from "../picture/Opening";
import type { Picture } from "../picture/Picture";
import { hashOf } from "../shared/hash";
import type { Notices } from "../shared/Notices";

/** Keeps the work on pictures in this browser, and brings it back when a picture is opened again. */
export class Resuming {
  /** The view of the picture on the canvas; null until it is drawn. */
  readonly view = signal<Viewport | null>(null);
  /** The view of an earlier visit, until the canvas takes it. */
  readonly keptView = signal<Viewport | null>(null);
  readonly keeper: Keeper;

  /** @param step Makes a history the present one. */
  constructor(
    private readonly opening: Opening,
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

  /** Opens the picture that this tab had open when it was left. */
  async reopen(): Promise<void> {
    const last = await this.keeper.last();
    if (last && !this.opening.picture.value) {
      await this.opening.open(last);
    }
  }

  /** Opens a kept picture. */
  async resume(picture: KeptPicture): Promise<void> {
    const file = await this.keeper.fileOf(picture);
    if (file) {
      await this.opening.open(file);
    }
  }

  /** Brings back earlier work on a picture that the page shows. */
  async bringBack(picture: Picture): Promise<void> {
    const hash = await hashOf(picture.original);
    if (hash && this.opening.picture.value?.original === picture.original) {
      await this.keeper.begin(picture, hash);
    }
  }

  /** Begins to keep work on a picture that the server has. A page that cannot compute digests takes the server's. */
  begun(picture: Picture): void {
    if (!this.keeper.isOpen) {
      void this.keeper.begin(picture, picture.id!.replace("sha256:", ""));
    }
  }

  /** Ends the picture; must be called before the history is emptied. */
  leave(): void {
    this.keeper.leave();
    this.keptView.value = this.view.value = null;
  }

  /** Continues work of an earlier visit or another tab; work on this page is one undo away. */
  private goOn({ history, view }: Work): void {
    const present = this.history.peek();
    const hasWork = present.present !== EMPTY || present.past.length > 0;
    this.keptView.value = hasWork ? null : view;
    this.step(hasWork ? advance(present, history.present) : history);
  }
}
