using Segmentation.Masks.Geometry;
using Segmentation.Models.Layouts;

namespace Segmentation.Models.Recognition;

/// <summary>
/// Recognises published models by the inputs and outputs of their graphs: names, types and dimensions. File names and
/// the order of inputs and outputs decide nothing.
/// </summary>
public static class ModelRecogniser
{
    private const int MostRefusals = 3;
    private static readonly string[] _licenceKeys = ["licence", "license", "License", "Licence"];

    /// <summary>Finds the encoder and the decoder among files and folders.</summary>
    /// <param name="paths">Files, or folders whose graphs are all looked at.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <exception cref="ModelException">
    /// There is no pair that can be served, or more than one; the message says why.
    /// </exception>
    public static RecognisedModel Recognise(IReadOnlyList<string> paths, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var encoders = new List<EncoderMatch>();
        var decoders = new List<DecoderMatch>();
        var refusals = new List<string>();
        foreach (var path in ModelFiles.Find(paths))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                Sort(GraphHeaderReader.Read(path), encoders, decoders);
            }
            catch (ModelException refusal)
            {
                refusals.Add(refusal.Message);
            }
        }

        var pairs = decoders
            .SelectMany(decoder => encoders.Where(decoder.Fits).Select(encoder => (Encoder: encoder, Decoder: decoder)))
            .ToArray();
        return pairs.Length switch
        {
            1 => Join(pairs[0].Encoder, pairs[0].Decoder),
            0 => throw NoPair(encoders, decoders, refusals),
            _ => throw new ModelException(
                "There are several pairs of an encoder and a decoder here. Name the two files of one: "
                + string.Join("; ", pairs.Select(pair => $"'{pair.Encoder.Graph.Path}' '{pair.Decoder.Graph.Path}'"))
                + "."),
        };
    }

    /// <summary>Names a family of decoders for a reader, for example <c>SAM 2</c>.</summary>
    /// <param name="family">A family, as <see cref="DecoderLayout.Family"/> has it.</param>
    public static string DescribeFamily(string family) => DecoderFamilies.Describe(family);

    private static void Sort(GraphHeader graph, List<EncoderMatch> encoders, List<DecoderMatch> decoders)
    {
        if (Refusals.Of(graph) is { } reason)
        {
            throw new ModelException(reason);
        }

        if (EncoderRecogniser.Matches(graph))
        {
            encoders.Add(EncoderRecogniser.Recognise(graph));
        }
        else if (DecoderRecogniser.Matches(graph))
        {
            decoders.Add(DecoderRecogniser.Recognise(graph));
        }
        else
        {
            throw new ModelException(Refusals.Unknown(
                graph,
                "an encoder has one input, which is a picture; a decoder has an image embedding, points and labels"));
        }
    }

    private static RecognisedModel Join(EncoderMatch encoder, DecoderMatch decoder) => new()
    {
        EncoderPath = encoder.Graph.Path,
        DecoderPath = decoder.Graph.Path,
        EncoderData = DataOf(encoder.Graph),
        DecoderData = DataOf(decoder.Graph),
        Layout = new ModelLayout
        {
            Resizing = DecoderFamilies.IsStretched(decoder.Layout.Family) ? Resizing.Stretch : Resizing.LongestSide,
            Encoder = encoder.Layout with
            {
                Tensors = [.. encoder.Layout.Tensors.Select(one => Complete(encoder, decoder, one))],
            },
            Decoder = decoder.Layout,
        },
        Licence = Licence(encoder.Graph) ?? Licence(decoder.Graph),
        Producer = decoder.Graph.Producer,
    };

    // The encoder of SAM-HQ may leave its channels free; the decoder names them.
    private static EncoderTensor Complete(EncoderMatch encoder, DecoderMatch decoder, EncoderTensor tensor)
    {
        if (tensor.Role != TensorRole.Intermediate)
        {
            return tensor;
        }

        var channels = tensor.Dimensions[2] > 0 ? tensor.Dimensions[2] : decoder.IntermediateChannels ?? 0;
        if (channels == 0 || (decoder.IntermediateChannels ?? channels) != channels)
        {
            throw new ModelException(
                $"'{encoder.Graph.Path}' and '{decoder.Graph.Path}' do not belong together: the encoder's "
                + $"'{tensor.Output}' has {tensor.Dimensions[2]} channels, the decoder takes "
                + $"{decoder.IntermediateChannels ?? 0}. Take the two files of one SAM-HQ checkpoint.");
        }

        return tensor with { Dimensions = [tensor.Dimensions[0], tensor.Dimensions[1], channels] };
    }

    private static ModelException NoPair(
        List<EncoderMatch> encoders, List<DecoderMatch> decoders, List<string> refusals)
    {
        // A damaged or foreign file explains a missing half better than the missing half does.
        if (refusals.Count > 0)
        {
            var others = refusals.Count > MostRefusals
                ? $" {refusals.Count - MostRefusals} further files are refused too."
                : "";
            return new ModelException(string.Join(Environment.NewLine, refusals.Take(MostRefusals)) + others);
        }

        if (decoders.Count == 0)
        {
            return new ModelException(
                $"'{encoders[0].Graph.Path}' is an encoder, and its decoder is not here. Name both files, or the folder "
                + "that holds both.");
        }

        if (encoders.Count == 0)
        {
            return new ModelException(
                $"'{decoders[0].Graph.Path}' is a decoder ({DecoderFamilies.Describe(decoders[0].Layout.Family)}), and "
                + "its encoder is not here. Name both files, or the folder that holds both.");
        }

        return new ModelException(
            $"'{encoders[0].Graph.Path}' and '{decoders[0].Graph.Path}' do not belong together: the encoder gives "
            + $"{string.Join(", ", encoders[0].Layout.Tensors.Select(one => one.Output))}, and the decoder "
            + $"({DecoderFamilies.Describe(decoders[0].Layout.Family)}) takes "
            + string.Join(", ", decoders[0].Graph.Inputs.Select(one => one.Name))
            + ". Take the two files of one export.");
    }

    private static IReadOnlyList<string> DataOf(GraphHeader graph) =>
        [.. graph.DataFiles.Select(name => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(graph.Path))!, name))];

    private static string? Licence(GraphHeader graph) => _licenceKeys
        .Select(key => graph.Metadata.GetValueOrDefault(key))
        .FirstOrDefault(value => !string.IsNullOrWhiteSpace(value));
}
