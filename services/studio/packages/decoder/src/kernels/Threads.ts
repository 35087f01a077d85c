import { type Kernels, type Pass, PASS_KINDS } from "../gen/kernels";
import { type Arena, fieldsOf } from "./Arena";
import { awaitChange, Control } from "./threadLoop";

/** Runs passes on this thread and on the helper threads that are ready. Waits for none that is late or missing. */
export class Threads {
  /** Each kind of pass has one permanent structure, so that a late helper never reads half of one. */
  private readonly structures: readonly number[];

  /** @param count Threads, this one included. */
  constructor(private readonly kernels: Kernels, private readonly arena: Arena, readonly count: number) {
    this.structures = Array.from({ length: PASS_KINDS }, () => arena.allocate(128));
  }

  /** Runs a pass; returns when all of it is done. */
  run<T>(pass: Pass<T>, values: Readonly<T>): void {
    const control = this.arena.integers;
    const { kind } = pass;
    const address = this.structures[kind];
    // The counter of chunks comes first.
    control.set([0, ...fieldsOf(pass, values)], address / 4);
    Atomics.store(control, Control.kind, kind);
    Atomics.store(control, Control.pass, address);
    Atomics.add(control, Control.epoch, 1);
    Atomics.notify(control, Control.epoch);
    this.kernels.run(kind, address, 0);
    // No helper joins from here on; wait for those that have.
    Atomics.store(control, Control.pass, 0);
    for (
      let active = Atomics.load(control, Control.active); active > 0; active = Atomics.load(control, Control.active)
    ) {
      awaitChange(control, Control.active, active);
    }
  }
}
