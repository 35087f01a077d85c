/** Uploads images again that the server no longer has, one upload at a time. */
export class Restorer {
  private busy = false;

  /** @param upload Uploads an image by its id. */
  constructor(private readonly upload: (imageId: string) => Promise<unknown>) {}

  /** Uploads an image; does nothing while an upload is under way. */
  async run(imageId: string, done: () => void, failed: (error: unknown) => void): Promise<void> {
    if (this.busy) {
      return;
    }
    this.busy = true;
    try {
      await this.upload(imageId);
    } catch (error) {
      this.busy = false;
      failed(error);
      return;
    }
    this.busy = false;
    done();
  }
}
