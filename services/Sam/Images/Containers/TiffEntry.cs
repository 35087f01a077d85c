namespace Segmentation.Sam.Images.Containers;

/// <summary>An entry of a TIFF's directory.</summary>
/// <param name="Tag">Tag of TIFF 6.0.</param>
/// <param name="Type">Type of its values: 1 byte, 3 short, 4 long, 16 long of 8 bytes, ...</param>
/// <param name="Count">Number of values.</param>
/// <param name="At">Offset of the first value in the file.</param>
/// <param name="Size">Bytes of a value.</param>
/// <param name="EntryAt">Offset of the entry itself in the file.</param>
internal readonly record struct TiffEntry(TiffTag Tag, ushort Type, long Count, long At, int Size, int EntryAt);
