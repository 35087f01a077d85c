using Segmentation.Cli.Files;

namespace Segmentation.Cli.Everything;

/// <summary>Writes one JSON file an image, laid out as those of SA-1B.</summary>
internal sealed class Sa1bWriter(DirectoryInfo folder, SearchSettings settings) : IResultWriter
{
    public IReadOnlyList<string> SharedFiles => [];

    public string PathOf(ImageFile image) => Path.Combine(folder.FullName, image.Stem + ".json");

    public ResultOrigin? OriginOf(string path) =>
        ResultOrigin.OfJson(path) is { ImageSha256: not null } origin ? origin : null;

    public void Write(ImageResult result)
    {
        var file = Sa1bFile.Of(result, settings.OriginOf(result.Sha256));
        folder.Create();
        AtomicFile.Write(PathOf(result.Image), file.Write);
    }

    /// <summary>Writes nothing: every image has its file.</summary>
    public string? Finish(IReadOnlyList<ImageFile> done, CancellationToken cancellationToken) => null;
}
