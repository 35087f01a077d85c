using System.Xml;
using Segmentation.Doors.Contract;

namespace Segmentation.Doors.LabelStudio;

/// <summary>
/// Reads labelling configurations: XML without document types and entities, of bounded length, depth and number of tags.
/// </summary>
internal static class LabelConfigReader
{
    /// <summary>Characters of the longest configuration.</summary>
    public const int MaxLength = 1 << 20;

    private const int MaxTags = 20_000;
    private const int MaxDepth = 64;
    private const string Field = "label_config";

    private static readonly (string Tag, RegionForm Form)[] _forms =
    [
        ("BrushLabels", RegionForm.Brush), ("PolygonLabels", RegionForm.Polygon), ("BitmaskLabels", RegionForm.Bitmask),
    ];

    /// <summary>Reads a configuration: its first BrushLabels, else its first PolygonLabels, else BitmaskLabels.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: no XML, or it has no such control of a picture.</exception>
    public static LabelConfig Read(string xml)
    {
        if (xml.Length > MaxLength)
        {
            throw DoorProblem.Invalid(Field, $"{xml.Length} characters; at most {MaxLength} are read.");
        }

        Tags tags;
        try
        {
            tags = Tags.Of(xml);
        }
        catch (XmlException exception)
        {
            throw DoorProblem.Invalid(
                Field,
                $"Cannot be read at line {exception.LineNumber}, character {exception.LinePosition}: it must be XML without "
                    + "document type and entities.");
        }

        foreach (var (tag, form) in _forms)
        {
            var control = tags.Controls.Find(one => one.Tag == tag && tags.Pictures.ContainsKey(one.Picture));
            if (control is not null)
            {
                var labels = control.IsFromTask ? null : control.Labels;
                return new LabelConfig(form, control.Name, control.Picture, tags.Pictures[control.Picture], labels);
            }
        }

        throw DoorProblem.Invalid(
            Field,
            "Has no <BrushLabels>, <PolygonLabels> or <BitmaskLabels> whose toName names an <Image>: add one, which the "
                + "masks belong to.");
    }

    private sealed record Control(string Tag, string Name, string Picture, bool IsFromTask)
    {
        public List<string> Labels { get; } = [];
    }

    /// <summary>The tags of a configuration that matter here.</summary>
    private sealed class Tags
    {
        private readonly Stack<Control?> _open = new();

        public Dictionary<string, string> Pictures { get; } = new(StringComparer.Ordinal);

        public List<Control> Controls { get; } = [];

        public static Tags Of(string xml)
        {
            var settings = new XmlReaderSettings
            {
                DtdProcessing = DtdProcessing.Prohibit,
                XmlResolver = null,
                MaxCharactersInDocument = MaxLength,
                IgnoreComments = true,
                IgnoreProcessingInstructions = true,
                IgnoreWhitespace = true,
            };
            using var text = new StringReader(xml);
            using var reader = XmlReader.Create(text, settings);
            var tags = new Tags();
            for (var count = 0; reader.Read();)
            {
                if (reader.NodeType == XmlNodeType.EndElement)
                {
                    tags._open.Pop();
                }
                else if (reader.NodeType == XmlNodeType.Element)
                {
                    if (++count > MaxTags || reader.Depth > MaxDepth)
                    {
                        throw DoorProblem.Invalid(
                            Field, $"Has more than {MaxTags} tags, or tags more than {MaxDepth} deep: that is not read.");
                    }

                    tags.Add(reader);
                }
            }

            return tags;
        }

        private void Add(XmlReader reader)
        {
            Control? control = null;
            switch (reader.LocalName)
            {
                case "Image":
                    Pictures.TryAdd(Text(reader, "name"), Text(reader, "value").TrimStart('$'));
                    break;
                case "Label":
                    AddLabel(reader);
                    break;
                case var tag when _forms.Any(form => form.Tag == tag):
                    // The first of several pictures.
                    var picture = Text(reader, "toName").Split(',')[0].Trim();
                    control = new Control(tag, Text(reader, "name"), picture, Text(reader, "value").StartsWith('$'));
                    Controls.Add(control);
                    break;
            }

            if (!reader.IsEmptyElement)
            {
                _open.Push(control ?? _open.FirstOrDefault());
            }
        }

        private void AddLabel(XmlReader reader)
        {
            if (_open.TryPeek(out var control) && control is not null)
            {
                // A region names a label by its alias, where it has one.
                var alias = Text(reader, "alias");
                control.Labels.Add(alias.Length > 0 ? alias : Text(reader, "value"));
            }
        }

        private static string Text(XmlReader reader, string attribute) => reader.GetAttribute(attribute) ?? "";
    }
}
