using System.Globalization;
using System.Xml;
using Segmentation.Formats.Files;
using Segmentation.Formats.Items;
using Segmentation.Formats.Json;
using Segmentation.Formats.Shapes;
using Segmentation.Masks;

namespace Segmentation.Formats.Cvat;

/// <summary>Reads one <c>image</c> element of CVAT.</summary>
/// <param name="reader">Stands on the element.</param>
/// <param name="files">Files of pictures.</param>
/// <param name="report">Takes wrong shapes.</param>
/// <param name="cancellationToken">Gives up.</param>
internal sealed class CvatImage(
    XmlReader reader, DatasetPictureFiles files, Action<DatasetProblem> report, CancellationToken cancellationToken)
{
    private string _name = "";
    private int _width;
    private int _height;

    /// <summary>Reads the picture and its shapes; null: the picture is wrong, which was reported.</summary>
    /// <exception cref="XmlException">The file is damaged.</exception>
    public DatasetPicture? Read()
    {
        var isEmpty = reader.IsEmptyElement;
        try
        {
            _name = Needed("name").Replace('\\', '/');
            (_width, _height) = DatasetPictureSize.Checked(Whole("width"), Whole("height"));
        }
        catch (BadItemException exception)
        {
            report(exception.Of(_name.Length == 0 ? $"image {reader.GetAttribute("id")}" : _name));
            // The shapes are passed over with the picture: Next looks for the next picture.
            return null;
        }

        var (id, split) = (reader.GetAttribute("id"), Splits.Of(reader.GetAttribute("subset")));
        return new()
        {
            Name = _name,
            Width = _width,
            Height = _height,
            Id = long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0,
            Split = split,
            File = files.Find(_name),
            Masks = isEmpty ? [] : ReadShapes(),
        };
    }

    private List<DatasetMask> ReadShapes()
    {
        var masks = new List<DatasetMask>();
        var depth = reader.Depth;
        var index = 0;
        while (reader.Read() && reader.Depth > depth)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (reader.NodeType != XmlNodeType.Element || reader.Depth != depth + 1)
            {
                continue;
            }

            DatasetMask? mask = null;
            var (item, isEmpty) = ($"{_name}: {reader.LocalName} {index++}", reader.IsEmptyElement);
            try
            {
                mask = ReadShape();
            }
            catch (BadItemException exception)
            {
                report(exception.Of(item));
            }

            reader.MoveToElement();
            var attributes = isEmpty ? null : ReadAttributes();
            if (mask is not null)
            {
                masks.Add(mask with { AttributesJson = attributes });
            }
        }

        // Python's sort, by which CVAT orders shapes, keeps equals in their order, and so does this one.
        return [.. masks.OrderBy(mask => mask.Z)];
    }

    private DatasetMask? ReadShape() => reader.LocalName switch
    {
        "mask" => Shape(ReadMask(), "rle"),
        "polygon" => Shape(
            MaskReading.OfRing(_height, _width, ReadPoints(), "points", cancellationToken), "points"),
        "tag" => null,
        _ => throw new BadItemException("", "This shape has no inside. Only masks and polygons are read."),
    };

    private DatasetMask Shape(RunLengths mask, string field) => new()
    {
        Label = Needed("label"),
        Mask = MaskReading.NotEmpty(mask, field),
        Occluded = reader.GetAttribute("occluded") == "1",
        Z = (int)Math.Clamp(WholeOr("z_order", 0), int.MinValue, int.MaxValue),
        Group = (int)Math.Clamp(WholeOr("group_id", 0), int.MinValue, int.MaxValue),
        Source = reader.GetAttribute("source") switch
        {
            "manual" => "manual",
            "auto" => "automatic",
            "semi-auto" => "assisted",
            "file" => "imported",
            "consensus" => "merged",
            _ => null,
        },
    };

    private RunLengths ReadMask()
    {
        var (left, top, width, height) = (Whole("left"), Whole("top"), Whole("width"), Whole("height"));
        if (left < 0 || top < 0 || width < 1 || height < 1 || left + width > _width || top + height > _height)
        {
            throw new BadItemException(
                "left", $"The box {left}, {top}, {width} x {height} lies outside of the picture {_width} x {_height}.");
        }

        var pixels = new byte[width * height];
        var at = 0L;
        byte value = 0;
        var rle = Needed("rle").AsSpan();
        foreach (var range in rle.Split(','))
        {
            if (!int.TryParse(rle[range].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var run)
                || run > pixels.Length - at)
            {
                throw new BadItemException(
                    "rle", $"The run \"{DatasetPath.Shown(rle[range].ToString())}\" is none within {pixels.Length} pixels.");
            }

            pixels.AsSpan((int)at, run).Fill(value);
            at += run;
            value ^= 1;
        }

        // CVAT leaves the last run out where a mask was drawn by older versions; what is not said is outside.
        return new MaskCrop(new((int)left, (int)top, (int)width, (int)height), pixels).ToMask(_height, _width);
    }

    private double[] ReadPoints()
    {
        var numbers = new List<double>();
        var points = Needed("points").AsSpan();
        foreach (var range in points.SplitAny(';', ','))
        {
            numbers.Add(double.TryParse(
                points[range], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && double.IsFinite(number)
                    ? number
                    : throw new BadItemException(
                        "points", $"\"{DatasetPath.Shown(points[range].ToString())}\" is no finite number."));
        }

        return [.. numbers];
    }

    private string? ReadAttributes()
    {
        var depth = reader.Depth;
        using var memory = new MemoryStream();
        var count = 0;
        using (var writer = JsonText.Writer(memory))
        {
            writer.WriteStartObject();
            while (reader.Read() && reader.Depth > depth)
            {
                if (reader is { NodeType: XmlNodeType.Element, LocalName: "attribute" }
                    && reader.GetAttribute("name") is { Length: > 0 } name)
                {
                    var isEmpty = reader.IsEmptyElement;
                    writer.WriteString(name, isEmpty || !reader.Read() || reader.NodeType != XmlNodeType.Text
                        ? ""
                        : reader.Value);
                    count++;
                }
            }

            writer.WriteEndObject();
        }

        return count == 0 ? null : System.Text.Encoding.UTF8.GetString(memory.ToArray());
    }

    private string Needed(string name) => reader.GetAttribute(name) is { Length: > 0 } value
        ? value
        : throw new BadItemException(name, "The field is missing.");

    private long Whole(string name) => long.TryParse(
        Needed(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        && Math.Abs(number) < 1L << 40
            ? number
            : throw new BadItemException(name, "The field is no whole number of a size that is known.");

    private long WholeOr(string name, long otherwise) =>
        reader.GetAttribute(name) is null ? otherwise : Whole(name);
}
