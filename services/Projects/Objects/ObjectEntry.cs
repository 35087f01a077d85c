namespace Segmentation.Projects.Objects;

/// <summary>An object in a listing.</summary>
/// <param name="Key">The key.</param>
/// <param name="SizeBytes">Size in bytes.</param>
internal sealed record ObjectEntry(string Key, long SizeBytes);
