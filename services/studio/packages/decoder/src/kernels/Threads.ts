import type { Arena } from "./Arena";
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

/**
 * Looks that a thread takes at a place before it sleeps, about half a millisecond: as long as the first thread is by itself
 * between passes. On a virtual machine a decode takes half as long again where threads sleep then.
 */
const LOOKS = 100_000;

/** Kinds of passes of assembly/passes.ts. */
export const Pass = {
  Prepare: 0, AttendPrepared: 1, AttendLayer: 2, AttendFolded: 3, Upscale: 4, Rasterize: 5, Linear: 6, Mask: 7,
} as const;

/** The first thread: does passes together with whoever else is there. A thread that is late or absent holds up nothing. */
export class Threads {
  /** A pass's structure lies at one place for ever: a thread that comes late reads a whole one. */
  private readonly structures: readonly number[];

  /** @param count Threads, this one included. */
  constructor(private readonly kernels: Kernels, private readonly arena: Arena, readonly count: number) {
    this.structures = Object.values(Pass).map(() => arena.take(128));
  }

  /** Does a pass, told its structure's fields but the first; returns when all of it is done. */
  run(kind: number, ...fields: readonly number[]): void {
    const control = this.arena.integers;
    const pass = this.structures[kind];
    // The first field is the chunk that comes next.
    control.set([0, ...fields], pass / 4);
    Atomics.store(control, KIND, kind);
    Atomics.store(control, PASS, pass);
    Atomics.add(control, TURN, 1);
    Atomics.notify(control, TURN);
    this.kernels.run(kind, pass, 0);
    // From here on nobody begins; who has begun is waited for.
    Atomics.store(control, PASS, 0);
    for (let active = Atomics.load(control, ACTIVE); active > 0; active = Atomics.load(control, ACTIVE)) {
      awaitChange(control, ACTIVE, active);
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
    awaitChange(control, TURN, turn);
  }
}

/** Returns when a place no longer holds a value, or earlier. */
function awaitChange(control: Int32Array, place: number, value: number): void {
  for (let looks = 0; looks < LOOKS; looks++) {
    if (Atomics.load(control, place) !== value) {
      return;
    }
  }
  Atomics.wait(control, place, value);
}

/** The kernels on a memory. */
export async function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Promise<Kernels> {
  const instance = await WebAssembly.instantiate(module, { env: { memory } });
  return instance.exports as unknown as Kernels;
}
