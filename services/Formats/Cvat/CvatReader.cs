using System.Runtime.CompilerServices;
using System.Xml;
using Segmentation.Formats.Items;

namespace Segmentation.Formats.Cvat;

/// <summary>Reads CVAT's format for images 1.1: one XML file, in which masks and polygons stand by picture.</summary>
internal sealed class CvatReader : IDatasetReader
{
    private const int MostLookedInto = 8;

    /// <inheritdoc />
    public string Format => "cvat";

    /// <inheritdoc />
    public bool Recognises(IDatasetSource source) => FilesOf(source).Any();

    /// <inheritdoc />
    public Task<IReadOnlyList<DatasetLabel>> ReadLabelsAsync(
        IDatasetSource source, CancellationToken cancellationToken)
    {
        var labels = new List<DatasetLabel>();
        foreach (var file in Needed(source))
        {
            using var stream = source.Open(file);
            try
            {
                using var reader = XmlFile.Open(stream, file);
                CvatLabels.Read(reader, labels, cancellationToken);
            }
            catch (XmlException exception)
            {
                throw XmlFile.Damaged(file, exception);
            }
        }

        return Task.FromResult<IReadOnlyList<DatasetLabel>>(labels);
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<DatasetPicture> ReadAsync(
        IDatasetSource source,
        Func<string, (int Width, int Height)?> sizes,
        Action<DatasetProblem> report,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var files = new DatasetPictureFiles(source);
        foreach (var file in Needed(source))
        {
            await using var stream = source.Open(file);
            using var reader = XmlFile.Open(stream, file);
            while (Next(reader, file, cancellationToken))
            {
                var picture = Picture(reader, file, files, report, cancellationToken);
                if (picture is not null)
                {
                    yield return picture;
                }
            }
        }
    }

    private static IEnumerable<string> FilesOf(IDatasetSource source) => source.Files
        .Where(file => file.EndsWith(".xml", StringComparison.OrdinalIgnoreCase))
        .Take(MostLookedInto)
        .Where(file => XmlFile.RootOf(source, file) == "annotations");

    private static string[] Needed(IDatasetSource source) => FilesOf(source).ToArray() is { Length: > 0 } files
        ? files
        : throw new DatasetFormatException(
            "No XML file has the root <annotations>. Export from CVAT as \"CVAT for images 1.1\".");

    /// <summary>Goes on to the next picture.</summary>
    private static bool Next(XmlReader reader, string file, CancellationToken cancellationToken)
    {
        try
        {
            while (reader.Read())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (reader is { NodeType: XmlNodeType.Element, LocalName: "track" })
                {
                    throw new DatasetFormatException(
                        $"{file} has tracks of a video. Export from CVAT as \"CVAT for images 1.1\".");
                }

                if (reader is { NodeType: XmlNodeType.Element, LocalName: "image" })
                {
                    return true;
                }
            }

            return false;
        }
        catch (XmlException exception)
        {
            throw XmlFile.Damaged(file, exception);
        }
    }

    private static DatasetPicture? Picture(
        XmlReader reader,
        string file,
        DatasetPictureFiles files,
        Action<DatasetProblem> report,
        CancellationToken cancellationToken)
    {
        try
        {
            return new CvatImage(reader, files, report, cancellationToken).Read();
        }
        catch (XmlException exception)
        {
            throw XmlFile.Damaged(file, exception);
        }
    }
}
