import attendImage from "./cross_attn_token_to_image.wgsl?raw";
import attendTokens from "./cross_attn_image_to_token.wgsl?raw";
import common from "./common.wgsl?raw";
import headValues from "./per_head_values.wgsl?raw";
import linear from "./linear.wgsl?raw";
import norm from "./layer_norm.wgsl?raw";
import place from "./image_tokens.wgsl?raw";
import placeMasked from "./masked_image_tokens.wgsl?raw";
import product from "./gemm.wgsl?raw";
import selfAttention from "./self_attn.wgsl?raw";
import upscale from "./output_upscaling.wgsl?raw";

const SOURCES = {
  attendImage, attendTokens, headValues, linear, norm, place, placeMasked, product, selfAttention, upscale,
} as const;

/** A kernel of this folder. */
export type KernelName = keyof typeof SOURCES;

/** What differs from prompt to prompt: `Frame` of common.wgsl. */
export interface Frame {
  readonly tokens: number;
  /** Output tokens of the wanted masks. */
  readonly wanted: readonly number[];
  /** Rows and columns of the grid that hold image. */
  readonly rows: number;
  readonly columns: number;
}

/** Workgroups across and down. */
export type Groups = readonly [across: number, down: number];

/** A kernel with all that it reads and writes. */
export interface Step {
  readonly pipeline: GPUComputePipeline;
  readonly bindings: GPUBindGroup;
  readonly groups: (frame: Frame) => Groups;
}

const FRAME_BYTES = 32;

/** A device with its kernels. */
export class Gpu {
  /** The frame of the steps that run next. */
  private readonly frame: GPUBuffer;
  private readonly noShape: GPUBuffer;

  private constructor(
    readonly device: GPUDevice,
    private readonly pipelines: ReadonlyMap<KernelName, GPUComputePipeline>,
  ) {
    this.frame = device.createBuffer({ size: FRAME_BYTES, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
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

  /** Room for numbers. */
  take(count: number): GPUBuffer {
    return this.device.createBuffer({
      size: 4 * count, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    });
  }

  /** Room for numbers, and the numbers. */
  put(values: Float32Array): GPUBuffer {
    const buffer = this.take(values.length);
    this.write(buffer, values);
    return buffer;
  }

  /** Writes numbers, before whatever runs next. */
  write(buffer: GPUBuffer, values: Float32Array): void {
    this.device.queue.writeBuffer(buffer, 0, values as Float32Array<ArrayBuffer>);
  }

  /**
   * Makes a step.
   * @param shape `Shape` of the kernel; none if it has none.
   * @param buffers What it reads, and at last what it writes, as the kernel numbers them.
   */
  step(kernel: KernelName, shape: readonly number[], buffers: readonly GPUBuffer[], groups: Step["groups"]): Step {
    const pipeline = this.pipelines.get(kernel)!;
    const all = [this.frame, shape.length > 0 ? this.uniform(shape) : this.noShape, ...buffers];
    const bindings = this.device.createBindGroup({
      label: kernel,
      layout: pipeline.getBindGroupLayout(0),
      entries: all.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    return { pipeline, bindings, groups };
  }

  /** Records steps, each after what the ones before it wrote, for a frame that goes with the next submission. */
  record(encoder: GPUCommandEncoder, steps: readonly Step[], frame: Frame): void {
    const { tokens, wanted, rows, columns } = frame;
    const fields = Uint32Array.of(tokens, wanted.length, rows, columns, 0, 0, 0, 0);
    fields.set(wanted, 4);
    this.device.queue.writeBuffer(this.frame, 0, fields);
    const pass = encoder.beginComputePass();
    for (const { pipeline, bindings, groups } of steps) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindings);
      pass.dispatchWorkgroups(...groups(frame));
    }
    pass.end();
  }

  /**
   * What is done with the device, and its outcome.
   * @throws Error with the device's words when it did not do all of it.
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
      throw new Error(`The graphics processor cannot do it: ${error.message}`);
    }
    if (outcome.status === "rejected") {
      throw outcome.reason;
    }
    return outcome.value;
  }

  private uniform(values: readonly number[]): GPUBuffer {
    const buffer = this.device.createBuffer({
      size: 32, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    this.device.queue.writeBuffer(buffer, 0, Uint32Array.from(values));
    return buffer;
  }
}

/** A kernel's pipeline, with the layout that the kernel's own declarations have. */
async function compile(device: GPUDevice, name: KernelName): Promise<GPUComputePipeline> {
  const source = SOURCES[name];
  // The buffer of the highest number is the one that is written.
  const last = Math.max(...Array.from(source.matchAll(/@binding\((\d+)\) var<storage/g), ([, binding]) => Number(binding)));
  const typeOf = (binding: number): GPUBufferBindingType =>
    binding < 2 ? "uniform" : binding < last ? "read-only-storage" : "storage";
  const layout = device.createBindGroupLayout({
    entries: Array.from({ length: last + 1 }, (_, binding) =>
      ({ binding, visibility: GPUShaderStage.COMPUTE, buffer: { type: typeOf(binding) } })),
  });
  const module = device.createShaderModule({ label: name, code: `${common}\n${source}` });
  try {
    return await device.createComputePipelineAsync({
      label: name, layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }), compute: { module },
    });
  } catch (error) {
    const { messages } = await module.getCompilationInfo();
    throw new Error([error, ...messages.map(({ lineNum, message }) => `line ${lineNum}: ${message}`)].join("\n"));
  }
}
