using Segmentation.Decoder.Engine;

namespace Segmentation.Decoder.Images;

/// <summary>A hot image, or why there is none: the store holds nothing, or the silo has no room for the work.</summary>
/// <param name="Image">The image; null when there is none.</param>
/// <param name="RefusedFor">Set when the scheduler had no room: when to try again.</param>
/// <param name="Model">The model of the image; null when there is none.</param>
internal readonly record struct HotImageReply(IHotImage? Image, TimeSpan? RefusedFor, LoadedModel? Model) : IDisposable
{
    /// <summary>Keeps the image's model in memory until the reply is disposed; false once it is to leave.</summary>
    public bool TryEnter() => Model?.TryEnter() ?? true;

    /// <summary>Lets the model leave.</summary>
    public void Dispose() => Model?.Leave();
}
