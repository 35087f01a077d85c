import type { SegmentationClient } from "segmentation-client";
import type { Picture as PictureMessage } from "segmentation-client/projects";
import type { Models } from "../models/Models";
import type { Picture } from "../picture/Picture";
import { Uploader } from "../picture/Uploader";

/** Makes sure that the server has the embeddings of pictures. */
export class DeskEncoding {
  /** Pictures whose embeddings the server makes ahead: their files need not be sent. */
  readonly expected = new Set<bigint>();
  private readonly uploader: Uploader;

  constructor(private readonly client: SegmentationClient, private readonly models: Models) {
    this.uploader = new Uploader(client);
  }

  /**
   * Returns the picture with the id and the model of its embedding, when that is there. Waits while the server is away.
   * @param wanted Id of the project's model; empty for the person's choice.
   */
  async encode(picture: Picture, entry: PictureMessage, wanted: string, left: AbortSignal): Promise<Picture> {
    await this.models.load();
    const model = wanted || this.models.name.peek();
    const made = this.expected.has(entry.id)
      ? await this.client.getImage(entry.imageId, left, model ? { model } : {}).catch(() => null) : null;
    const image = made ?? await this.uploader.upload(picture.file, model, left, () => undefined);
    return { ...picture, id: image.id, model: image.model };
  }

  /** Uploads a picture again, for a server that no longer has it. */
  async restore(picture: Picture | null, left: AbortSignal): Promise<void> {
    if (picture) {
      await this.uploader.upload(picture.file, picture.model, left, () => undefined);
    }
  }
}
