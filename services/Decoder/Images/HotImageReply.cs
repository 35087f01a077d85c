using Segmentation.Decoder.Engine;

namespace Segmentation.Decoder.Images;

/// <summary>A hot image, or why there is none: the store holds nothing, or the silo has no room for the work.</summary>
/// <param name="Image">The image; null when there is none.</param>
/// <param name="RefusedFor">Set when the scheduler had no room: when to try again.</param>
internal readonly record struct HotImageReply(IHotImage? Image, TimeSpan? RefusedFor);
