namespace Segmentation.Gateway.Receiving;

/// <summary>The reason why a request is refused before it is read.</summary>
/// <param name="Field">Path of the field, for example <c>prompts</c>; null when the bytes are no message at all.</param>
/// <param name="Why">A sentence for the caller.</param>
internal sealed record ScanRefusal(string? Field, string Why);
