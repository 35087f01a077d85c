namespace Segmentation.Projects.Pictures.Metadata;

/// <summary>An entry of a TIFF's directory.</summary>
/// <param name="Tag">Tag of TIFF 6.0.</param>
/// <param name="EntryAt">Offset of the entry.</param>
/// <param name="At">Offset of its first value.</param>
/// <param name="Count">Number of values.</param>
/// <param name="Size">Bytes of a value.</param>
internal readonly record struct TiffValue(ushort Tag, long EntryAt, long At, long Count, int Size);
