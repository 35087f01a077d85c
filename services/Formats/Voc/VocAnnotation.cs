using System.Xml;
using System.Xml.Linq;
using Segmentation.Formats.Items;

namespace Segmentation.Formats.Voc;

/// <summary>The XML file of a picture in Pascal VOC: its name, and of each object what maps do not hold.</summary>
/// <param name="FileName">Name of the picture; null: not told.</param>
/// <param name="Objects">Name of the class and being occluded, of each object in order.</param>
internal sealed record VocAnnotation(string? FileName, IReadOnlyList<(string Name, bool Occluded)> Objects)
{
    private const long MaxBytes = 1 << 26;

    /// <summary>What is known of a picture without an XML file.</summary>
    public static VocAnnotation None { get; } = new(null, []);

    /// <summary>Reads a file; one that cannot be read is reported.</summary>
    public static async Task<VocAnnotation> ReadAsync(
        IDatasetSource source, string path, Action<DatasetProblem> report, CancellationToken cancellationToken)
    {
        if (source.SizeOf(path) > MaxBytes)
        {
            report(new(path, "", $"The file has more than {MaxBytes} bytes, too many for one picture."));
            return None;
        }

        try
        {
            await using var stream = source.Open(path);
            using var reader = XmlFile.Open(stream, path);
            var root = XDocument.Load(reader).Root!;
            cancellationToken.ThrowIfCancellationRequested();
            var name = root.Element("filename")?.Value.Trim().Replace('\\', '/');
            return new(
                string.IsNullOrEmpty(name) ? null : name,
                [
                    .. root.Elements("object").Select(one => (
                        one.Element("name")?.Value.Trim() ?? "", one.Element("occluded")?.Value.Trim() == "1")),
                ]);
        }
        catch (XmlException exception)
        {
            report(new(
                path, "", $"The file is no complete XML: line {exception.LineNumber}, column {exception.LinePosition}."));
            return None;
        }
    }
}
