using System.Xml;
using Segmentation.Formats.Items;

namespace Segmentation.Formats.Cvat;

/// <summary>Labels of CVAT's <c>meta</c>.</summary>
internal static class CvatLabels
{
    /// <summary>Reads until the first picture, and adds labels that are not there yet.</summary>
    public static void Read(XmlReader reader, List<DatasetLabel> labels, CancellationToken cancellationToken)
    {
        var (isInLabel, isInAttributes) = (false, false);
        while (reader.Read() && reader is not { NodeType: XmlNodeType.Element, LocalName: "image" })
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (reader.NodeType != XmlNodeType.Element)
            {
                isInLabel &= reader is not { NodeType: XmlNodeType.EndElement, LocalName: "label" };
                isInAttributes &= reader is not { NodeType: XmlNodeType.EndElement, LocalName: "attributes" };
            }
            else if (reader.LocalName == "label")
            {
                isInLabel = true;
            }
            else if (reader.LocalName == "attributes")
            {
                isInAttributes = !reader.IsEmptyElement;
            }
            else if (isInLabel && !isInAttributes && reader.LocalName == "name")
            {
                Add(labels, TextOf(reader));
            }
            else if (isInLabel && reader.LocalName == "color" && labels.Count > 0)
            {
                var color = TextOf(reader);
                labels[^1] = labels[^1] with { Color = LabelColors.Parse(color) is null ? null : color };
            }
        }
    }

    private static void Add(List<DatasetLabel> labels, string name)
    {
        if (name.Length > 0 && labels.All(label => label.Name != name))
        {
            labels.Add(new(labels.Count + 1, name));
        }
    }

    private static string TextOf(XmlReader reader)
    {
        if (reader.IsEmptyElement || !reader.Read() || reader.NodeType != XmlNodeType.Text)
        {
            return "";
        }

        return reader.Value.Trim();
    }
}
