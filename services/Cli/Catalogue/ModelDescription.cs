using System.Globalization;
using Segmentation.Masks.Geometry;
using Segmentation.Models;
using Segmentation.Models.Layouts;
using Segmentation.Models.Recognition;

namespace Segmentation.Cli.Catalogue;

/// <summary>A model's properties in words.</summary>
internal static class ModelDescription
{
    /// <summary>Writes one line a property.</summary>
    public static void Write(ModelPackage model, TextWriter output)
    {
        foreach (var (name, value) in Lines(model))
        {
            output.WriteLine($"  {name,-12} {value}");
        }
    }

    /// <summary>Names the way in which a model decodes: by the kernels, or by its published graph.</summary>
    public static string PathOf(ModelPackage model) => model.Layout.Decoder.IsPublished ? "published graph" : "kernels";

    /// <summary>Names the kind of a model.</summary>
    public static string FamilyOf(ModelPackage model) => ModelRecogniser.DescribeFamily(model.Layout.Decoder.Family);

    /// <summary>Bytes of all files.</summary>
    public static string SizeOf(ModelPackage model) =>
        (model.Files.Sum(file => file.Size) / 1e6).ToString("0.0", CultureInfo.InvariantCulture) + " MB";

    private static IEnumerable<(string Name, string Value)> Lines(ModelPackage model)
    {
        var (encoder, decoder) = (model.Layout.Encoder, model.Layout.Decoder);
        yield return ("family", FamilyOf(model));
        yield return ("version", model.Manifest.Version);
        yield return ("digest", model.Digest);
        yield return ("source", model.Manifest.Source);
        yield return ("licence", model.Manifest.Licence + (model.LicenceNotice is { } notice ? $"; {notice}" : ""));
        yield return ("size", $"{SizeOf(model)} in {model.Files.Count} files");
        yield return ("resizing", model.Layout.Resizing == Resizing.Stretch
            ? "both sides to 1024 pixels, whatever the proportions"
            : "longest side to 1024 pixels, padding to the right and below");
        yield return ("encoder", $"'{encoder.Input}', {Describe(encoder)}");
        yield return ("scaling", encoder.Mean is { } mean && encoder.Deviation is { } deviation
            ? $"(value - mean) / deviation, mean {Join(mean)}, deviation {Join(deviation)}"
            : "in the graph");
        yield return ("tensors", string.Join("; ", encoder.Tensors.Select(
            one => $"{Word(one.Role)} '{one.Output}' [{string.Join(',', one.Dimensions)}]")));
        yield return ("decoder", decoder.IsPublished
            ? "the published graph runs as it is"
            : "weights are read from the published decoder, and the kernels run them");
        yield return ("points", Points(decoder));
        yield return ("labels", Labels(decoder));
        yield return ("padding", $"the {(decoder.AddsPadding ? "graph" : "caller")} adds the padding point");
        yield return ("box", decoder.Box switch
        {
            BoxPort.Labels => "as two points with labels 2 and 3",
            BoxPort.Input => "by an input of its own",
            _ => "not possible",
        });
        yield return ("mask prompt", decoder.TakesMask ? "256 x 256 logits" : "not possible");
        yield return ("masks", Tokens(decoder));
        yield return ("score", (decoder.Score == ScoreKind.Stability ? "stability" : "predicted IoU")
            + (decoder.Ports?.Any(port => port.Role == DecoderRole.ObjectScore) == true
                ? ", and a score of the object"
                : ""));
        yield return ("logits", "256 x 256, " + (model.Layout.Resizing == Resizing.Stretch
            ? "stretched over the whole image"
            : "of which the image's part is cut out"));
    }

    private static string Describe(EncoderLayout encoder)
    {
        var type = encoder.Type switch { NumberType.U8 => "bytes", NumberType.F16 => "float16", _ => "float32" };
        var rows = encoder.FixedRows?.ToString(CultureInfo.InvariantCulture) ?? "height";
        var columns = encoder.FixedColumns?.ToString(CultureInfo.InvariantCulture) ?? "width";
        var batch = encoder.IsBatched ? "batch" : "1";
        return encoder.Form switch
        {
            PixelForm.Built => "bytes [batch,1024,1024,3] and sizes",
            PixelForm.ChannelsNormalised => $"{type} [{batch},3,1024,1024], normalised",
            PixelForm.ChannelsUnit => $"{type} [{batch},3,{rows},{columns}], 0 to 1",
            PixelForm.RowsColumnsChannels => $"{type} [{rows},{columns},3], 0 to 255",
            _ => $"{type} [{batch},3,{rows},{columns}]",
        };
    }

    private static string Points(DecoderLayout decoder)
    {
        var space = decoder.TakesImagePixels ? "pixels of the image" : "pixels of the model's square";
        var port = decoder.Ports?.FirstOrDefault(one => one.Role == DecoderRole.Points);
        var form = port is null ? "" : $", '{port.Name}' of {port.Rank} dimensions";
        return space + form + (decoder.MaxPoints is { } most ? $", at most {most}" : "");
    }

    private static string Labels(DecoderLayout decoder)
    {
        var port = decoder.Ports?.FirstOrDefault(one => one.Role == DecoderRole.Labels);
        var corners = decoder.Box == BoxPort.Labels ? ", 2 and 3 corners of a box" : "";
        return $"{(decoder.TakesBackground ? "0 background, " : "")}1 foreground{corners}, -1 padding"
            + (port is null ? "" : $", '{port.Name}' {port.Type.ToString().ToLowerInvariant()}");
    }

    private static string Tokens(DecoderLayout decoder) => decoder.Tokens switch
    {
        [0] => "the single one only",
        [0, ..] => "the single one, or three for an ambiguous prompt",
        _ => "three for an ambiguous prompt; the best of them where one is wanted",
    };

    private static string Word(TensorRole role) => role switch
    {
        TensorRole.Embedding => "embedding",
        TensorRole.HighRes0 => "high resolution 0",
        TensorRole.HighRes1 => "high resolution 1",
        TensorRole.Intermediate => "intermediate features",
        _ => "positional encoding",
    };

    private static string Join(IEnumerable<float> values) =>
        string.Join(' ', values.Select(value => value.ToString(CultureInfo.InvariantCulture)));
}
