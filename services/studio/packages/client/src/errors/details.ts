import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import type { ConnectError } from "@connectrpc/connect";

/** A field that is wrong, of google.rpc.BadRequest. */
export interface FieldViolation {
  /** Path of the field in the request, for example `project.name`. */
  readonly field: string;
  /** Sentence that says what is wrong and what to do. */
  readonly description: string;
}

/** A detail of a google.rpc.Status as gRPC carries it: the message's full name and its bytes. */
export interface StatusDetail {
  readonly type: string;
  readonly value: Uint8Array;
}

/** The parts of a google.rpc.Status that programs read. */
export interface StatusParts {
  readonly violations: readonly FieldViolation[];
  readonly reason?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** The details of a failure of gRPC-Web. */
export function detailsOf(error: ConnectError): StatusDetail[] {
  return error.details.filter((detail): detail is StatusDetail & { readonly type: string } =>
    "value" in detail && detail.value instanceof Uint8Array);
}

/**
 * Reads google/rpc/error_details.proto: BadRequest, ErrorInfo and RetryInfo. These three messages are five fields, and
 * generated code for the whole file would be larger than the rest of this package's errors.
 */
export function partsOf(details: readonly StatusDetail[]): StatusParts {
  const bytesOf = (name: string) => details.find(({ type }) => type === `google.rpc.${name}`)?.value;
  const badRequest = fieldsOf(bytesOf("BadRequest"));
  const retryDelay = fieldsOf(fieldsOf(bytesOf("RetryInfo")).get(1)?.[0]);
  return {
    violations: (badRequest.get(1) ?? []).map((violation) => {
      const fields = fieldsOf(violation);
      return { field: textOf(fields.get(1)?.[0]), description: textOf(fields.get(2)?.[0]) };
    }),
    reason: textOf(fieldsOf(bytesOf("ErrorInfo")).get(1)?.[0]) || undefined,
    retryAfterMs: bytesOf("RetryInfo")
      && Number(retryDelay.get(1)?.[0] ?? 0) * 1000 + Number(retryDelay.get(2)?.[0] ?? 0) / 1e6,
  };
}

type Field = Uint8Array | bigint;

/** The fields of a message by their numbers: lengths as bytes, varints as numbers. */
function fieldsOf(message: Field | undefined): Map<number, Field[]> {
  const fields = new Map<number, Field[]>();
  if (!(message instanceof Uint8Array)) {
    return fields;
  }
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    const values = fields.get(number) ?? [];
    if (type === WireType.LengthDelimited) {
      values.push(reader.bytes());
    } else if (type === WireType.Varint) {
      values.push(BigInt(reader.int64()));
    } else {
      reader.skip(type, number);
    }
    fields.set(number, values);
  }
  return fields;
}

function textOf(field: Field | undefined): string {
  return field instanceof Uint8Array ? new TextDecoder().decode(field) : "";
}
