import { type Signal, signal } from "@preact/signals";
import type { SegmentationClient } from "segmentation-client";
import { toMilliseconds } from "../segmenting/server/messages";
import { inWords } from "../texts/errors";
import type { Incoming } from "./incoming";
import { type Picture, readPicture } from "./Picture";
import { isTooLarge, shrink } from "./shrinking";
import { type UploadProgress, Uploader } from "./Uploader";

/** Receives the steps of a picture's opening. */
export interface OpeningListener {
  /** The model that pictures are uploaded for, once it is known: an id, or empty for the default. */
  readonly model: () => Promise<string>;
  /** Says why no picture can be opened, before one is; null where one can. */
  readonly refusal: () => string | null;
  /** The open picture is about to be replaced. */
  readonly onLeave: () => void;
  /** The page shows a picture; earlier work on it may be brought back until this resolves. */
  readonly onShown: (picture: Picture) => Promise<void>;
  /** The picture was over the server's limits and has been made smaller by a factor. */
  readonly onShrunk: (picture: Picture, scale: number) => void;
  /** The server has the open picture for another model. */
  readonly onChanged: (picture: Picture) => void;
  /** The server has the picture. */
  readonly onUploaded: (picture: Picture) => void;
  readonly say: (words: string) => void;
}

/** Opens pictures: reads, shows and uploads them. The picture chosen last wins. */
export class Opening {
  /** Progress of the upload; null when the server has the picture. */
  readonly upload = signal<UploadProgress | null>(null);
  /** Pictures that were opened together with this one and wait for `next`. */
  readonly waiting = signal<readonly Incoming[]>([]);
  private readonly uploader: Uploader;
  private leaving = new AbortController();
  private openings = 0;

  /** @param picture Is set to the open picture. */
  constructor(
    client: SegmentationClient,
    private readonly listener: OpeningListener,
    readonly picture: Signal<Picture | null>,
  ) {
    this.uploader = new Uploader(client);
  }

  /** Opens the first of several pictures; the others wait for `next`. */
  openAll([first, ...others]: readonly Incoming[]): void {
    if (first) {
      void this.open(first);
      this.waiting.value = others;
    }
  }

  /** Opens the next of the waiting pictures. */
  next(): void {
    this.openAll(this.waiting.peek());
  }

  /** Opens a picture when its file is there. Forgets the waiting pictures. */
  async open(incoming: Incoming | Promise<Incoming>): Promise<void> {
    this.waiting.value = [];
    const refusal = this.listener.refusal();
    if (refusal !== null) {
      this.listener.say(refusal);
      return;
    }
    const opening = ++this.openings;
    let picture: Picture;
    try {
      const { file, name } = await incoming;
      picture = await readPicture(file, name);
    } catch (error) {
      this.listener.say(inWords(error));
      return;
    }
    if (opening !== this.openings) {
      // Another picture was chosen meanwhile.
      picture.pyramid.close();
      return;
    }
    this.leave();
    this.picture.value = picture;
    this.upload.value = { sent: 0 };
    const { signal: left } = this.leaving;
    const [uploaded] = await Promise.all([this.send(picture, left), this.listener.onShown(picture)]);
    if (!left.aborted) {
      this.upload.value = null;
      if (uploaded) {
        this.picture.value = uploaded;
        this.listener.onUploaded(uploaded);
      } else {
        this.leave();
      }
    }
  }

  /**
   * Uploads the open picture again, for a server that no longer has it, or for another model.
   * @param model Id of the model; that of the picture unless given.
   */
  async restore(model?: string): Promise<void> {
    const picture = this.picture.value;
    if (picture) {
      await this.uploader.upload(picture.file, model ?? picture.model, this.leaving.signal, () => undefined);
    }
  }

  /** Uploads the open picture for the model that pictures are uploaded for now. */
  async change(): Promise<void> {
    const picture = this.picture.value;
    const { signal: left } = this.leaving;
    if (!picture?.id || picture.model === await this.listener.model() || left.aborted) {
      return;
    }
    this.upload.value = { sent: 0 };
    const uploaded = await this.send(picture, left);
    if (!left.aborted) {
      this.upload.value = null;
      if (uploaded) {
        this.picture.value = uploaded;
        this.listener.onChanged(uploaded);
      }
    }
  }

  /**
   * Uploads a picture, made smaller where it is over the limits.
   * @returns undefined when the server refuses it, with a notice.
   */
  private async send(picture: Picture, left: AbortSignal): Promise<Picture | undefined> {
    const onProgress = (progress: UploadProgress) => {
      if (!left.aborted) {
        this.upload.value = progress;
      }
    };
    let sent = picture;
    for (;;) {
      try {
        const image = await this.uploader.upload(sent.file, await this.listener.model(), left, onProgress);
        return { ...sent, id: image.id, model: image.model, encodeMs: toMilliseconds(image.encodeDuration) };
      } catch (error) {
        const smaller = isTooLarge(error) && !left.aborted ? await shrink(sent) : null;
        if (left.aborted) {
          return undefined;
        }
        if (!smaller) {
          this.listener.say(inWords(error));
          return undefined;
        }
        // The page shows and exports the picture that the server has.
        this.picture.value = smaller;
        this.listener.onShrunk(smaller, smaller.width / sent.width);
        sent = smaller;
      }
    }
  }

  private leave(): void {
    this.listener.onLeave();
    this.leaving.abort();
    this.leaving = new AbortController();
    this.picture.value?.pyramid.close();
    this.picture.value = null;
    this.upload.value = null;
  }
}
