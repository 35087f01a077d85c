using Segmentation.Gateway.Images;
using Segmentation.Masks.Everything;

namespace Segmentation.Gateway.Everything;

/// <summary>A search as it is now.</summary>
/// <param name="Image">The image; null until it is known.</param>
/// <param name="Found">Masks found since the last look, in the order in which they were found.</param>
/// <param name="Progress">How far it is; null until it is planned.</param>
/// <param name="Changed">Completes when there is more to see.</param>
internal sealed record SearchView(
    StoredImage? Image, IReadOnlyList<EverythingMask> Found, EverythingProgress? Progress, Task Changed);
