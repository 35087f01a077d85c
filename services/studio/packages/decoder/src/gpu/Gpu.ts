import { type Buffers, COMMON, FRAME, type Frame, LAYOUTS, type Shapes, SOURCES } from "../gen/shaders";

/** A kernel of this folder. */
export type KernelName = keyof typeof LAYOUTS;

/** Workgroups across and down. */
export type Groups = readonly [across: number, down: number];

/** A kernel, the buffers it reads and writes, and its number of workgroups. */
export interface Step {
  readonly pipeline: GPUComputePipeline;
  readonly bindings: GPUBindGroup;
  readonly groups: (frame: Frame) => Groups;
}

/** Enough for any `Shape` and for the frame. */
const UNIFORM_BYTES = 32;

/** A device with its compiled kernels. */
export class Gpu {
  /** The frame of the next submission. */
  private readonly frame: GPUBuffer;
  private readonly noShape: GPUBuffer;

  private constructor(
    readonly device: GPUDevice,
    private readonly pipelines: ReadonlyMap<KernelName, GPUComputePipeline>,
  ) {
    this.frame = this.uniform([]);
    this.noShape = this.uniform([0]);
  }

  /**
   * Compiles the kernels for an adapter's device.
   * @throws Error when the adapter cannot, in the browser's words.
   */
  static async create(adapter: GPUAdapter): Promise<Gpu> {
    const device = await adapter.requestDevice({ label: "segmentation-decoder" });
    const names = Object.keys(SOURCES) as KernelName[];
    const pipelines = await Promise.all(names.map(async (name) => [name, await compile(device, name)] as const));
    return new Gpu(device, new Map(pipelines));
  }

  /** Allocates a buffer of numbers. */
  allocate(count: number): GPUBuffer {
    return this.device.createBuffer({
      size: 4 * count, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    });
  }

  /** Allocates and writes numbers. */
  put(values: Float32Array): GPUBuffer {
    const buffer = this.allocate(values.length);
    this.write(buffer, values);
    return buffer;
  }

  /** Writes numbers before the next submission. */
  write(buffer: GPUBuffer, values: Float32Array): void {
    this.device.queue.writeBuffer(buffer, 0, values as Float32Array<ArrayBuffer>);
  }

  /** Binds a kernel to its `Shape` and its buffers, by their names in the kernel. */
  step<K extends KernelName>(
    kernel: K, shape: Readonly<Shapes[K]>, buffers: Readonly<Buffers[K]>, groups: Step["groups"],
  ): Step {
    const pipeline = this.pipelines.get(kernel)!;
    const layout = LAYOUTS[kernel];
    const fields = layout.shape.map((field) => shape[field as keyof Shapes[K]] as number);
    const uniform = fields.length > 0 ? this.uniform(fields) : this.noShape;
    const all = [this.frame, uniform, ...layout.buffers.map((name) => buffers[name as keyof Buffers[K]] as GPUBuffer)];
    const bindings = this.device.createBindGroup({
      label: kernel,
      layout: pipeline.getBindGroupLayout(0),
      entries: all.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    return { pipeline, bindings, groups };
  }

  /** Records steps in order; the frame is that of the next submission. */
  record(encoder: GPUCommandEncoder, steps: readonly Step[], frame: Frame): void {
    const fields = FRAME.flatMap((field) => {
      const value = frame[field];
      // A vector has four elements.
      return typeof value === "number" ? [value] : [...value, 0, 0, 0, 0].slice(0, 4);
    });
    this.device.queue.writeBuffer(this.frame, 0, Uint32Array.from(fields));
    const pass = encoder.beginComputePass();
    for (const { pipeline, bindings, groups } of steps) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindings);
      pass.dispatchWorkgroups(...groups(frame));
    }
    pass.end();
  }

  /**
   * Runs work on the device and waits for its outcome.
   * @throws Error with the device's message when a part of it failed.
   */
  async checked<T>(work: () => Promise<T>): Promise<T> {
    const kinds = ["validation", "out-of-memory", "internal"] as const;
    kinds.forEach((kind) => this.device.pushErrorScope(kind));
    let outcome: PromiseSettledResult<T>;
    try {
      outcome = { status: "fulfilled", value: await work() };
    } catch (reason) {
      outcome = { status: "rejected", reason };
    }
    const errors = await Promise.all(kinds.map(() => this.device.popErrorScope()));
    const error = errors.find((each) => each !== null);
    if (error) {
      throw new Error(`The GPU failed: ${error.message}`);
    }
    if (outcome.status === "rejected") {
      throw outcome.reason;
    }
    return outcome.value;
  }

  private uniform(values: readonly number[]): GPUBuffer {
    const buffer = this.device.createBuffer({
      size: UNIFORM_BYTES, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    this.device.queue.writeBuffer(buffer, 0, Uint32Array.from(values));
    return buffer;
  }
}

/** Compiles a kernel to a pipeline. */
async function compile(device: GPUDevice, name: KernelName): Promise<GPUComputePipeline> {
  const source = SOURCES[name];
  // Two uniforms come first; the last buffer is written.
  const last = 1 + LAYOUTS[name].buffers.length;
  const typeOf = (binding: number): GPUBufferBindingType =>
    binding < 2 ? "uniform" : binding < last ? "read-only-storage" : "storage";
  const layout = device.createBindGroupLayout({
    entries: Array.from({ length: last + 1 }, (_, binding) =>
      ({ binding, visibility: GPUShaderStage.COMPUTE, buffer: { type: typeOf(binding) } })),
  });
  const module = device.createShaderModule({ label: name, code: `${COMMON}${source}` });
  try {
    return await device.createComputePipelineAsync({
      label: name, layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }), compute: { module },
    });
  } catch (error) {
    const { messages } = await module.getCompilationInfo();
    throw new Error([error, ...messages.map(({ lineNum, message }) => `line ${lineNum}: ${message}`)].join("\n"));
  }
}
