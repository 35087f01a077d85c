using System.Text.Json.Serialization;

namespace Segmentation.Models.Layouts;

/// <summary>Layout of a decoder: graphs of ModelBuilder, or the published graph with its ports.</summary>
public sealed record DecoderLayout
{
    /// <summary>Layout of the graphs that ModelBuilder writes: image, mask and decode (docs/model.md).</summary>
    public static DecoderLayout Built { get; } = new() { Family = "sam1" };

    /// <summary>
    /// Kind of decoder: <c>sam1</c>, <c>sam2</c>, <c>huggingface-sam1</c>, <c>huggingface-sam2</c>,
    /// <c>efficient-sam</c>, <c>edge-sam</c> or <c>sam-hq</c>.
    /// </summary>
    public required string Family { get; init; }

    /// <summary>Ports of the published graph that runs; null where the graphs of ModelBuilder run.</summary>
    public IReadOnlyList<GraphPort>? Ports { get; init; }

    /// <summary>The model's output tokens that can be had, ascending: 0 is the single mask, 1 to 3 the three.</summary>
    public IReadOnlyList<int> Tokens { get; init; } = [0, 1, 2, 3];

    /// <summary>Way of a box.</summary>
    public BoxPort Box { get; init; } = BoxPort.Labels;

    /// <summary>True if an earlier mask can be a prompt.</summary>
    public bool TakesMask { get; init; } = true;

    /// <summary>True if a background point (label 0) means something.</summary>
    public bool TakesBackground { get; init; } = true;

    /// <summary>Most points of a prompt, box corners and padding included; null for no limit.</summary>
    public int? MaxPoints { get; init; }

    /// <summary>
    /// True if the graph adds the padding point itself; else the caller adds one where there is no box.
    /// </summary>
    public bool AddsPadding { get; init; }

    /// <summary>True if points are pixels of the image; else of the model's square.</summary>
    public bool TakesImagePixels { get; init; }

    /// <summary>Kind of the scores.</summary>
    public ScoreKind Score { get; init; }

    /// <summary>True where the published graph runs, false where the graphs of ModelBuilder do.</summary>
    [JsonIgnore]
    public bool IsPublished => Ports is not null;

    /// <summary>True for SAM 2: box corners before points, a padding point always, stability decides.</summary>
    [JsonIgnore]
    public bool IsSam2 => Family is "sam2" or "huggingface-sam2";
}
