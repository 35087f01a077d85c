import { fromBinary } from "@bufbuild/protobuf";
import { type ModelProto, ModelProtoSchema, type TensorProto, TensorProto_DataType as DataType } from "../gen/onnx_pb";

const REMEDY = "It was built for another version: build the model again with ModelBuilder (docs/model.md).";

/** The named weights of an ONNX file: float32, or int16 with float32 scales under `name.scale`. */
export class GraphWeights {
  private readonly tensors: ReadonlyMap<string, TensorProto>;

  /**
   * @param file The file's bytes.
   * @throws Error when it is not an ONNX file.
   */
  constructor(file: Uint8Array) {
    const initializers = parse(file).graph?.initializer ?? [];
    if (initializers.length === 0) {
      throw new Error("The model's graph has no weights.");
    }
    this.tensors = new Map(initializers.map((tensor) => [tensor.name, tensor]));
  }

  /** The shape of a weight. */
  shape(name: string): readonly number[] {
    return this.find(name).dims.map(Number);
  }

  /** Reads a weight as float32, row-major. */
  read(name: string): Float32Array {
    const { dataType, rawData } = this.find(name);
    // The copy aligns the bytes.
    const bytes = new Uint8Array(rawData).buffer;
    if (dataType === DataType.FLOAT) {
      return new Float32Array(bytes);
    }
    if (dataType !== DataType.INT16) {
      throw new Error(`The model's weight '${name}' is of type ${dataType}. ${REMEDY}`);
    }
    const scale = this.read(`${name}.scale`);
    // Scales are of the axis in which their shape is not 1.
    const axis = this.shape(`${name}.scale`).findIndex((size) => size > 1);
    const inner = this.shape(name).slice(axis + 1).reduce((product, size) => product * size, 1);
    const stored = new Int16Array(bytes);
    const values = new Float32Array(stored.length);
    for (let i = 0, row = 0; i < values.length; row = (row + 1) % scale.length) {
      const factor = scale[row];
      for (const end = i + inner; i < end; i++) {
        values[i] = stored[i] * factor;
      }
    }
    return values;
  }

  /** Reads the float32 weights whose names have a prefix, in the file's order. */
  floatsIn(prefix: string): Float32Array[] {
    return this.namesIn(prefix, DataType.FLOAT).map((name) => this.read(name));
  }

  /** Reads the int16 weights whose names have a prefix, in the file's order; scales and a bias follow each of them. */
  productsIn(prefix: string): { readonly rows: Float32Array; readonly bias: Float32Array }[] {
    const floats = this.floatsIn(prefix);
    return this.namesIn(prefix, DataType.INT16).map((name, index) => {
      const [scales, bias] = floats.slice(2 * index);
      const stored = new Int16Array(new Uint8Array(this.find(name).rawData).buffer);
      const inner = stored.length / scales.length;
      return { rows: Float32Array.from(stored, (value, i) => value * scales[Math.floor(i / inner)]), bias };
    });
  }

  private namesIn(prefix: string, type: DataType): string[] {
    const names = [...this.tensors.values()]
      .filter(({ name, dataType }) => name.startsWith(prefix) && dataType === type).map(({ name }) => name);
    if (names.length === 0) {
      throw new Error(`The model's graph lacks weights '${prefix}...'. ${REMEDY}`);
    }
    return names;
  }

  private find(name: string): TensorProto {
    const tensor = this.tensors.get(name);
    if (!tensor) {
      throw new Error(`The model's graph lacks the weight '${name}'. ${REMEDY}`);
    }
    return tensor;
  }
}

function parse(file: Uint8Array): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, file);
  } catch (error) {
    throw new Error("The model's graph is not an ONNX file, or it is cut off.", { cause: error });
  }
}
