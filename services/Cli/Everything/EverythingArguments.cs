using Segmentation.Cli.Segmenting;
using Segmentation.Masks.Everything;
using Segmentation.Models;

namespace Segmentation.Cli.Everything;

/// <summary>Arguments of <c>segctl everything</c>.</summary>
internal sealed record EverythingArguments
{
    /// <summary>An image file, or a folder of them.</summary>
    public required FileSystemInfo Input { get; init; }

    public required DirectoryInfo Output { get; init; }

    public required OutputFormat Format { get; init; }

    /// <summary>The forms in which COCO files hold masks.</summary>
    public required SegmentationForm Segmentation { get; init; }

    public required EverythingOptions Options { get; init; }

    public required int Threads { get; init; }

    /// <summary>The gateway that does the work; null for this process.</summary>
    public ServerConnection? Server { get; init; }

    /// <summary>Id of the server's model; null for its default.</summary>
    public string? Model { get; init; }

    /// <summary>The model that runs in this process; null with a server.</summary>
    public ModelPackage? Local { get; init; }

    /// <summary>
    /// True to do finished images again with these options, and to replace files that are no results.
    /// </summary>
    public bool Overwrite { get; init; }
}
