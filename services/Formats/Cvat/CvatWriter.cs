using System.Globalization;
using System.Text.Json;
using System.Xml;
using Segmentation.Formats.Files;
using Segmentation.Formats.Items;
using Segmentation.Formats.Json;
using Segmentation.Formats.Shapes;

namespace Segmentation.Formats.Cvat;

/// <summary>
/// Writes CVAT's format for images 1.1. All masks are <c>mask</c> elements, and nothing of them is lost.
/// </summary>
internal sealed class CvatWriter : IDatasetWriter
{
    private const MaskFields Held =
        MaskFields.Label | MaskFields.Occluded | MaskFields.Z | MaskFields.Group | MaskFields.Attributes;

    private static readonly XmlWriterSettings _settings = new() { Indent = true, CheckCharacters = true };

    /// <inheritdoc />
    public string Format => "cvat";

    /// <inheritdoc />
    public string PicturePath(DatasetPicture picture) => $"images/{DatasetPath.Safe(picture.Name)}";

    /// <inheritdoc />
    public async Task WriteAsync(
        IReadOnlyList<DatasetLabel> labels,
        IAsyncEnumerable<DatasetPicture> pictures,
        IDatasetSink sink,
        Action<DatasetProblem> report,
        CancellationToken cancellationToken)
    {
        var losses = new Losses(Format);
        await using var stream = sink.Create("annotations.xml");
        using (var writer = XmlWriter.Create(stream, _settings))
        {
            writer.WriteStartElement("annotations");
            writer.WriteElementString("version", "1.1");
            WriteMeta(writer, labels);
            var id = 0;
            await foreach (var picture in pictures.WithCancellation(cancellationToken))
            {
                WritePicture(writer, picture, id++, losses, cancellationToken);
            }

            writer.WriteEndElement();
        }

        losses.Report(report);
    }

    private static void WriteMeta(XmlWriter writer, IReadOnlyList<DatasetLabel> labels)
    {
        writer.WriteStartElement("meta");
        writer.WriteStartElement("project");
        writer.WriteStartElement("labels");
        foreach (var label in labels)
        {
            var (red, green, blue) = LabelColors.Of(label);
            writer.WriteStartElement("label");
            writer.WriteElementString("name", XmlLetters.Of(label.Name));
            writer.WriteElementString("color", label.Color ?? LabelColors.Text(red, green, blue));
            writer.WriteElementString("type", "any");
            writer.WriteElementString("attributes", "");
            writer.WriteEndElement();
        }

        writer.WriteEndElement();
        writer.WriteEndElement();
        writer.WriteEndElement();
    }

    private static void WritePicture(
        XmlWriter writer, DatasetPicture picture, int id, Losses losses, CancellationToken cancellationToken)
    {
        writer.WriteStartElement("image");
        Write(writer, "id", id);
        writer.WriteAttributeString("name", XmlLetters.Of(picture.Name));
        if (picture.Split is { } split)
        {
            writer.WriteAttributeString("subset", split);
        }

        Write(writer, "width", picture.Width);
        Write(writer, "height", picture.Height);
        losses.Count(picture, "attributes of the picture", picture.AttributesJson is not null);
        foreach (var mask in picture.Masks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            losses.Count(picture, mask, Held);
            WriteMask(writer, mask);
        }

        writer.WriteEndElement();
    }

    private static void WriteMask(XmlWriter writer, DatasetMask mask)
    {
        var crop = MaskCrop.Of(mask.Mask);
        writer.WriteStartElement("mask");
        writer.WriteAttributeString("label", XmlLetters.Of(mask.Label ?? Unlabelled.Name));
        writer.WriteAttributeString("source", mask.Source switch
        {
            "automatic" or "proposed" => "auto",
            "assisted" => "semi-auto",
            "imported" => "file",
            "merged" => "consensus",
            _ => "manual",
        });
        Write(writer, "occluded", mask.Occluded ? 1 : 0);
        writer.WriteAttributeString("rle", string.Join(", ", RowRuns.Of(crop)));
        Write(writer, "left", crop.Box.X);
        Write(writer, "top", crop.Box.Y);
        Write(writer, "width", crop.Box.Width);
        Write(writer, "height", crop.Box.Height);
        Write(writer, "z_order", mask.Z);
        if (mask.Group != 0)
        {
            Write(writer, "group_id", mask.Group);
        }

        using var attributes = JsonText.ObjectOrNull(mask.AttributesJson);
        foreach (var property in attributes?.RootElement.EnumerateObject() ?? default)
        {
            writer.WriteStartElement("attribute");
            writer.WriteAttributeString("name", XmlLetters.Of(property.Name));
            writer.WriteString(XmlLetters.Of(property.Value.ValueKind == JsonValueKind.String
                ? property.Value.GetString()!
                : property.Value.GetRawText()));
            writer.WriteEndElement();
        }

        writer.WriteEndElement();
    }

    private static void Write(XmlWriter writer, string name, int number) =>
        writer.WriteAttributeString(name, number.ToString(CultureInfo.InvariantCulture));
}
