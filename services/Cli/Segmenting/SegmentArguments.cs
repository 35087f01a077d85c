using Segmentation.Masks;
using Segmentation.Models;
using Segmentation.Sam.Prompts;

namespace Segmentation.Cli.Segmenting;

/// <summary>Arguments of <c>segctl segment</c>.</summary>
internal sealed record SegmentArguments
{
    /// <summary>A file's path, or <c>-</c> for standard input.</summary>
    public required string Image { get; init; }

    public required IReadOnlyList<PointPrompt> Points { get; init; }

    public required IReadOnlyList<BoxPrompt> Boxes { get; init; }

    public FileInfo? Mask { get; init; }

    public MaskCount MaskCount { get; init; }

    public FileInfo? Overlay { get; init; }

    /// <summary>A file's path, or <c>-</c> for standard output.</summary>
    public string? Json { get; init; }

    public FileInfo? Cutout { get; init; }

    public FileInfo? Logits { get; init; }

    public ServerConnection? Server { get; init; }

    /// <summary>Id of the server's model; null for its default.</summary>
    public string? Model { get; init; }

    /// <summary>The model that runs in this process; null with a server.</summary>
    public ModelPackage? Local { get; init; }

    /// <summary>Id of a second model, to compare; null for none.</summary>
    public string? OtherModel { get; init; }

    /// <summary>The second model where it runs in this process; null with a server, or for none.</summary>
    public ModelPackage? OtherLocal { get; init; }

    /// <summary>The prompts: one of all points, the box and the mask; or one a box.</summary>
    public IReadOnlyList<Prompt> Prompts(float[]? maskLogits) => Points.Count == 0 && Boxes.Count > 1
        ? [.. Boxes.Select(box => new Prompt { Box = box })]
        : [new Prompt { Points = Points, Box = Boxes.Count == 1 ? Boxes[0] : null, MaskLogits = maskLogits }];
}
