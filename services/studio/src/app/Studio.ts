import { signal } from "@preact/signals";
import type { SegmentationClient } from "segmentation-client";
import type { Access } from "../access/Access";
import type { Tool } from "../canvas/Tool";
import { EverythingRun } from "../everything/EverythingRun";
import { Comparison } from "../models/Comparison";
import { Models } from "../models/Models";
import type { Picture } from "../picture/Picture";
import { SegmenterRouter } from "../segmenting/routing/SegmenterRouter";
import { Notices } from "../shared/Notices";
import { texts } from "../texts/texts";
import { AnnotationEditor } from "./AnnotationEditor";
import { Labels } from "./Labels";
import { PictureSession } from "./PictureSession";
import { offerOtherVersion } from "./version";

/** State of the page: the open picture, the annotation on it, and the search for everything. */
export class Studio {
  /** The open picture; null when there is none. */
  readonly picture = signal<Picture | null>(null);
  readonly tool = signal<Tool>("add");
  readonly notices = new Notices();
  readonly labels = new Labels();
  readonly router: SegmenterRouter;
  readonly editor: AnnotationEditor;
  readonly session: PictureSession;
  readonly everything: EverythingRun;
  readonly models: Models;
  readonly comparison: Comparison;

  /** @param access Says what the person may do. */
  constructor(client: SegmentationClient, readonly access: Access) {
    const onTrouble = (words: string) => this.trouble(words);
    this.models = new Models(client);
    this.router = new SegmenterRouter(
      client, () => this.session.opening.restore(), onTrouble, () => access.may("models") && access.may("read"),
      (id) => this.models.find(id));
    this.editor = new AnnotationEditor(this.router, this.picture, this.labels, this.notices);
    this.session = new PictureSession(
      client, this.picture, this.router, this.editor, this.models, this.notices, () => this.everything.leave(),
      () => (access.missing.value.length > 0 ? texts.peek().access.missing(access.missing.value.join(", ")) : null));
    this.comparison = new Comparison(
      client, this.picture, this.editor.active, (model) => this.session.opening.restore(model));
    this.everything = new EverythingRun(client, {
      picture: this.picture,
      annotation: this.editor.annotation,
      labels: this.labels.list,
      change: (annotation) => this.editor.change(annotation),
      say: (words) => this.notices.add(words),
      onTrouble,
    });
  }

  /** Tells of a failure that another version of the server could be the cause of. */
  private trouble(words: string): void {
    this.notices.add(words);
    void offerOtherVersion(this.notices);
  }
}
