import { signal } from "@preact/signals";
import { saveFile } from "../shared/saveFile";
import { language, texts } from "../texts/texts";
import type { ExportFormat } from "./formats";
import type { FromExport, ToExport } from "./protocol";
import { type Scene, stemOf } from "./Scene";

/** An export in a worker: the page stays responsive, and cancelling ends the export at once. */
export class Exporting {
  /** Objects written so far, of how many; null when nothing is being written. */
  readonly progress = signal<{ readonly done: number; readonly count: number } | null>(null);
  private worker: Worker | undefined;

  /** Writes a file and has the browser save it. Rejects with the reason, but not after `cancel`. */
  async save(format: ExportFormat, scene: Scene, picture: ImageBitmap): Promise<void> {
    this.cancel();
    const worker = new Worker(new URL("./export.worker.ts", import.meta.url), { type: "module", name: "export" });
    this.worker = worker;
    this.progress.value = { done: 0, count: scene.objects.length };
    try {
      const file = await this.write(worker, {
        format: format.key, scene, picture: format.key === "cutout" ? picture : null, language: language.peek(),
      });
      if (this.worker === worker) {
        saveFile(file, stemOf(scene.name) + format.suffix);
      }
    } finally {
      if (this.worker === worker) {
        this.cancel();
      }
    }
  }

  /** Cancels the export. */
  cancel(): void {
    this.worker?.terminate();
    this.worker = undefined;
    this.progress.value = null;
  }

  private write(worker: Worker, request: ToExport): Promise<Blob> {
    return new Promise((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<FromExport>) => {
        switch (data.kind) {
          case "progress":
            this.progress.value = { done: data.done, count: request.scene.objects.length };
            break;
          case "made":
            resolve(data.file);
            break;
          case "failed":
            reject(new Error(data.reason));
            break;
        }
      };
      worker.onerror = (event) => reject(new Error(event.message || texts.peek().errors.partNotLoaded));
      worker.postMessage(request);
    });
  }
}
