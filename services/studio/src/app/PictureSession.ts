import type { Signal } from "@preact/signals";
import type { SegmentationClient } from "segmentation-client";
import type { Incoming } from "../picture/incoming";
import { Opening } from "../picture/Opening";
import type { Picture } from "../picture/Picture";
import type { SegmenterRouter } from "../segmenting/routing/SegmenterRouter";
import type { Notices } from "../shared/Notices";
import { texts } from "../texts/texts";
import type { AnnotationEditor } from "./AnnotationEditor";
import type { Models } from "../models/Models";
import { Resuming } from "./Resuming";

/** The open picture, from its file to the next picture: upload, earlier work on it, and the way out. */
export class PictureSession {
  readonly opening: Opening;
  readonly resuming: Resuming;

  /**
   * @param picture Is set to the open picture.
   * @param onLeave Is called before another picture takes the place of the open one.
   * @param refusal Says why no picture can be opened; null where one can.
   */
  constructor(
    client: SegmentationClient,
    picture: Signal<Picture | null>,
    private readonly router: SegmenterRouter,
    private readonly editor: AnnotationEditor,
    private readonly models: Models,
    notices: Notices,
    private readonly onLeave: () => void,
    refusal: () => string | null,
  ) {
    this.opening = new Opening(client, {
      refusal,
      // A model of an earlier visit may be served no more.
      model: () => this.models.load().then(() => this.models.name.peek()),
      onChanged: (changed) => this.route(changed),
      onLeave: () => this.leave(),
      onShown: (shown) => this.resuming.bringBack(shown),
      onShrunk: (smaller, factor) => {
        notices.add(texts.peek().incoming.shrunk(smaller.width, smaller.height));
        this.editor.scale(factor);
      },
      onUploaded: (uploaded) => this.begin(uploaded),
      say: (words) => notices.add(words),
    }, picture);
    this.resuming = new Resuming(this.opening, editor.history, (history) => editor.step(history), notices);
  }

  /** Opens a picture when its file is there, with earlier work on it. The picture chosen last wins. */
  open(incoming: Incoming | Promise<Incoming>): Promise<void> {
    return this.opening.open(incoming);
  }

  /** Takes another model for the open picture and for those that follow. Masks that are there stay. */
  async chooseModel(id: string): Promise<void> {
    this.models.choose(id);
    await this.opening.change();
  }

  private route({ id, model, width, height }: Picture): void {
    this.router.open({ id: id!, model, width, height });
  }

  private leave(): void {
    this.resuming.leave();
    this.onLeave();
    this.router.leave();
    this.editor.leave();
  }

  private begin(picture: Picture): void {
    this.route(picture);
    this.resuming.begun(picture);
    this.editor.requestMasks();
  }
}
