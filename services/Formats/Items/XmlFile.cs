using System.Xml;

namespace Segmentation.Formats.Items;

/// <summary>Opens XML files of strangers: no document types, no entities, nothing fetched.</summary>
internal static class XmlFile
{
    private static readonly XmlReaderSettings _settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
    };

    /// <summary>Creates a reader.</summary>
    public static XmlReader Open(Stream stream, string path) =>
        XmlReader.Create(new TagBoundStream(stream, path), _settings);

    /// <summary>Returns the name of the first element of a file; null: the file does not begin as XML.</summary>
    public static string? RootOf(IDatasetSource source, string path)
    {
        try
        {
            using var stream = source.Open(path);
            using var reader = Open(stream, path);
            return reader.MoveToContent() == XmlNodeType.Element ? reader.LocalName : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    /// <summary>Returns the fault of a whole file.</summary>
    public static DatasetFormatException Damaged(string path, XmlException exception) => new(
        $"{path}, line {exception.LineNumber}, column {exception.LinePosition}: the file is no complete XML without a "
        + "document type. Export the dataset again.",
        exception);
}
