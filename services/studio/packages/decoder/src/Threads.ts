import type { Kernels } from "./Kernels";

/** What a thread beside the first is given. */
export interface ThreadStart {
  readonly module: WebAssembly.Module;
  /** Shared with the first thread. */
  readonly memory: WebAssembly.Memory;
  /** 1 and up. */
  readonly thread: number;
}

// Places in the memory by which threads agree, in integers.
/** Rises when there is something to do. */
const TURN = 16;
/** The pass to be done, or 0. */
const PASS = 32;
const KIND = 33;
/** Threads that may be reading a pass. */
const ACTIVE = 48;

/** Kinds of passes of assembly/passes.ts. */
export const Pass = { Prepare: 0, AttendPrepared: 1, AttendLayer: 2, Upscale: 3, Rasterize: 4 } as const;

/** The first thread: does passes together with whoever else is there. A thread that is late or absent holds up nothing. */
export class Threads {
  constructor(private readonly kernels: Kernels, private readonly memory: WebAssembly.Memory) {}

  /** Does a pass; returns when all of it is done. */
  run(kind: number, pass: number): void {
    const control = new Int32Array(this.memory.buffer);
    Atomics.store(control, KIND, kind);
    Atomics.store(control, PASS, pass);
    Atomics.add(control, TURN, 1);
    Atomics.notify(control, TURN);
    this.kernels.run(kind, pass, 0);
    // From here on nobody begins; who has begun is waited for.
    Atomics.store(control, PASS, 0);
    for (let active = Atomics.load(control, ACTIVE); active > 0; active = Atomics.load(control, ACTIVE)) {
      Atomics.wait(control, ACTIVE, active);
    }
  }
}

/** What a thread beside the first does, for as long as it lives. */
export async function help({ module, memory, thread }: ThreadStart): Promise<never> {
  const kernels = (await instantiate(module, memory)) as Kernels;
  for (;;) {
    const control = new Int32Array(memory.buffer);
    const turn = Atomics.load(control, TURN);
    Atomics.add(control, ACTIVE, 1);
    const pass = Atomics.load(control, PASS);
    if (pass !== 0) {
      kernels.run(Atomics.load(control, KIND), pass, thread);
    }
    Atomics.sub(control, ACTIVE, 1);
    Atomics.notify(control, ACTIVE);
    Atomics.wait(control, TURN, turn);
  }
}

/** The kernels on a memory. */
export async function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Promise<Kernels> {
  const instance = await WebAssembly.instantiate(module, { env: { memory } });
  return instance.exports as unknown as Kernels;
}
