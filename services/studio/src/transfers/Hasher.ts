interface Answer {
  readonly number: number;
  readonly id?: string;
  readonly trouble?: string;
}

interface Waiting {
  readonly resolve: (id: string) => void;
  readonly reject: (error: Error) => void;
}

/** Ids of files, `sha256:` and 64 hexadecimal digits, made by a worker. */
export class Hasher {
  private worker: Worker | undefined;
  private next = 1;
  private readonly waiting = new Map<number, Waiting>();

  /** Hashes a file. Rejects if it cannot be read, for example because it was deleted. */
  hash(file: Blob): Promise<string> {
    const worker = this.worker ??= this.start();
    const number = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(number, { resolve, reject });
      worker.postMessage({ number, file });
    });
  }

  private start(): Worker {
    const worker = new Worker(new URL("./hash.worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data: { number, id, trouble } }: MessageEvent<Answer>) => {
      const waiting = this.waiting.get(number);
      this.waiting.delete(number);
      if (id === undefined) {
        waiting?.reject(new Error(trouble));
      } else {
        waiting?.resolve(id);
      }
    };
    return worker;
  }
}
