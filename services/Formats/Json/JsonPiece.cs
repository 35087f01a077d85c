namespace Segmentation.Formats.Json;

/// <summary>A piece of a large JSON file: an element of an array at the top, or another value at the top.</summary>
/// <param name="Property">Property of the root that the piece belongs to; empty: the root itself is an array.</param>
/// <param name="Index">Place in the array; -1: the value is no element of an array.</param>
/// <param name="Offset">First byte in the file.</param>
/// <param name="Json">The value's text, valid until the next piece is read.</param>
internal readonly record struct JsonPiece(string Property, int Index, long Offset, ReadOnlyMemory<byte> Json);
