import { signal } from "@preact/signals";
import type { SegmentationClient } from "segmentation-client";
import { toMilliseconds } from "../segmenting/server/messages";
import { inWords } from "../texts/errors";
import type { Incoming } from "./incoming";
import { type Picture, readPicture } from "./Picture";
import { isTooLarge, shrink } from "./shrinking";
import { type UploadProgress, Uploader } from "./Uploader";

/** What becomes of pictures. */
export interface OpeningListener {
  /** The picture before goes. */
  readonly onLeave: () => void;
  /** A picture is there to be looked at; what was done on it earlier may be brought back until this resolves. */
  readonly onShown: (picture: Picture) => Promise<void>;
  /** The picture is over the server's limits and was made smaller by a factor. */
  readonly onShrunk: (picture: Picture, scale: number) => void;
  /** The server has the picture. */
  readonly onUploaded: (picture: Picture) => void;
  readonly say: (words: string) => void;
}

/** Opens pictures: reads them, shows them, uploads them. Who was chosen last wins. */
export class Opening {
  readonly picture = signal<Picture | null>(null);
  /** How far the picture's upload is; null when the server has it. */
  readonly upload = signal<UploadProgress | null>(null);
  /** Pictures that were given together with the open one and come after it. */
  readonly waiting = signal<readonly Incoming[]>([]);
  private readonly uploader: Uploader;
  private leaving = new AbortController();
  private openings = 0;

  constructor(client: SegmentationClient, private readonly listener: OpeningListener) {
    this.uploader = new Uploader(client);
  }

  /** Opens the first of several pictures; the others wait for `next`. */
  openAll([first, ...others]: readonly Incoming[]): void {
    if (first) {
      void this.open(first);
      this.waiting.value = others;
    }
  }

  /** Opens the picture that waits the longest. */
  next(): void {
    this.openAll(this.waiting.peek());
  }

  /** Begins with a picture, once it is there. Pictures that wait are forgotten. */
  async open(incoming: Incoming | Promise<Incoming>): Promise<void> {
    this.waiting.value = [];
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
      // A picture that was chosen later is read already, or will be.
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

  /** Uploads the open picture again, for a server that lost it. */
  async restore(): Promise<void> {
    const picture = this.picture.value;
    if (picture) {
      await this.uploader.upload(picture.file, this.leaving.signal, () => undefined);
    }
  }

  /**
   * The picture as the server has it, made smaller where it is over the limits.
   * Undefined when it was refused, which is said.
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
        const image = await this.uploader.upload(sent.file, left, onProgress);
        return { ...sent, id: image.id, encodeMs: toMilliseconds(image.encodeDuration) };
      } catch (error) {
        const smaller = isTooLarge(error) && !left.aborted ? await shrink(sent) : null;
        if (left.aborted) {
          return undefined;
        }
        if (!smaller) {
          this.listener.say(inWords(error));
          return undefined;
        }
        // What is shown, pointed at and exported is what the server has.
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
