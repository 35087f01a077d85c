const GRAPH = 7;
const INITIALIZER = 5;
const FLOAT = 1;
const INT16 = 5;
const REMEDY = "It was built for another version: build the model again with ModelBuilder (docs/model.md).";

interface StoredTensor {
  readonly shape: readonly number[];
  readonly type: number;
  readonly data: Uint8Array;
}

/** A field of a protocol buffer message: a number or bytes. */
type Field = { readonly id: number; readonly value: number | Uint8Array };

/**
 * The named weights of an ONNX file: float32, or int16 with float32 scales under `name.scale`. Reads only what it needs
 * of the protocol buffer (onnx.proto: ModelProto.graph, GraphProto.initializer, TensorProto).
 */
export class GraphWeights {
  private readonly tensors = new Map<string, StoredTensor>();

  /**
   * @param file The file's bytes.
   * @throws Error when it is not an ONNX file.
   */
  constructor(file: Uint8Array) {
    for (const { id, value } of fieldsOf(file)) {
      if (id === GRAPH && typeof value !== "number") {
        this.readGraph(value);
      }
    }
    if (this.tensors.size === 0) {
      throw new Error("The model's graph is not an ONNX file with weights.");
    }
  }

  /** Sizes of a weight. */
  shape(name: string): readonly number[] {
    return this.find(name).shape;
  }

  /** A weight's values, row-major. */
  read(name: string): Float32Array {
    const { type, data, shape } = this.find(name);
    // Data begins anywhere in the file; numbers may not.
    const bytes = new Uint8Array(data).buffer;
    if (type === FLOAT) {
      return new Float32Array(bytes);
    }
    if (type !== INT16) {
      throw new Error(`The model's weight '${name}' is of type ${type}. ${REMEDY}`);
    }
    const scale = this.read(`${name}.scale`);
    // The scales' axis is where their shape is not one.
    const axis = this.shape(`${name}.scale`).findIndex((size) => size > 1);
    const inner = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
    const stored = new Int16Array(bytes);
    const values = new Float32Array(stored.length);
    for (let i = 0, row = 0; i < values.length; row = (row + 1) % scale.length) {
      for (const end = i + inner; i < end; i++) {
        values[i] = stored[i] * scale[row];
      }
    }
    return values;
  }

  private find(name: string): StoredTensor {
    const tensor = this.tensors.get(name);
    if (!tensor) {
      throw new Error(`The model's graph lacks the weight '${name}'. ${REMEDY}`);
    }
    return tensor;
  }

  private readGraph(graph: Uint8Array): void {
    for (const { id, value } of fieldsOf(graph)) {
      if (id === INITIALIZER && typeof value !== "number") {
        this.readTensor(value);
      }
    }
  }

  private readTensor(message: Uint8Array): void {
    const shape: number[] = [];
    let name = "";
    let type = 0;
    let data: Uint8Array = new Uint8Array();
    for (const { id, value } of fieldsOf(message)) {
      if (id === 1) {
        shape.push(...(typeof value === "number" ? [value] : varintsOf(value)));
      } else if (id === 2 && typeof value === "number") {
        type = value;
      } else if (id === 8 && typeof value !== "number") {
        name = new TextDecoder().decode(value);
      } else if (id === 9 && typeof value !== "number") {
        data = value;
      }
    }
    this.tensors.set(name, { shape, type, data });
  }
}

function* fieldsOf(message: Uint8Array): Generator<Field> {
  for (let at = 0; at < message.length;) {
    const [key, begin] = varint(message, at);
    const id = Math.floor(key / 8);
    switch (key % 8) {
      case 0: {
        const [value, next] = varint(message, begin);
        yield { id, value };
        at = next;
        break;
      }
      case 2: {
        const [length, first] = varint(message, begin);
        at = first + length;
        if (at > message.length) {
          throw new Error("The model's graph is cut off.");
        }
        yield { id, value: message.subarray(first, at) };
        break;
      }
      case 1:
        at = begin + 8;
        break;
      case 5:
        at = begin + 4;
        break;
      default:
        throw new Error("The model's graph is not an ONNX file.");
    }
  }
}

function varintsOf(bytes: Uint8Array): number[] {
  const values: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const [value, next] = varint(bytes, at);
    values.push(value);
    at = next;
  }
  return values;
}

/** A number and where the next one begins. Not exact above 2^53, where none of a graph's sizes are. */
function varint(bytes: Uint8Array, at: number): [number, number] {
  let value = 0;
  for (let factor = 1; at < bytes.length; factor *= 128) {
    const next = bytes[at++];
    value += (next & 0x7f) * factor;
    if (next < 0x80) {
      return [value, at];
    }
  }
  throw new Error("The model's graph is cut off.");
}
