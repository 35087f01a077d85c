using Segmentation.Common;
using Segmentation.Masks;

namespace Segmentation.Grains;

/// <summary>Prompts on one image, and what to make of them.</summary>
[GenerateSerializer, Immutable, Alias("segmentation.decode-request")]
public sealed record DecodeRequest
{
    /// <summary>At least one prompt, already checked against the image's size.</summary>
    [Id(0)]
    public required PromptData[] Prompts { get; init; }

    /// <summary>Masks a prompt.</summary>
    [Id(1)]
    public MaskCount MaskCount { get; init; }

    /// <summary>Forms to make besides run lengths.</summary>
    [Id(2)]
    public MaskForms Forms { get; init; }

    /// <summary>Keep the answers' logits, so that a later prompt can name a mask by id.</summary>
    [Id(3)]
    public bool Refinable { get; init; }

    /// <summary>Urgency.</summary>
    [Id(4)]
    public Lane Lane { get; init; }

    /// <summary>Time left until the caller's deadline, measured when the request was sent; null for no limit.</summary>
    [Id(5)]
    public TimeSpan? TimeLeft { get; init; }
}
