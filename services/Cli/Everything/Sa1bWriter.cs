namespace Segmentation.Cli.Everything;

/// <summary>Writes one JSON file an image, laid out as those of SA-1B.</summary>
internal sealed class Sa1bWriter(DirectoryInfo folder) : IResultWriter
{
    public bool IsDone(ImageFile image) => File.Exists(PathOf(image));

    public void Write(ImageResult result) => AtomicFile.Write(PathOf(result.Image), Sa1bFile.Of(result).Write);

    public void Finish(IReadOnlyList<ImageFile> done, CancellationToken cancellationToken)
    {
        // Every image has its file.
    }

    public string PathOf(ImageFile image) => Path.Combine(folder.FullName, image.Stem + ".json");
}
