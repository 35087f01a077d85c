using System.Runtime.Intrinsics;
using Google.Protobuf;
using Segmentation.Masks;
using Segmentation.Masks.Geometry;
using Segmentation.ModelBuilder.Decoder;
using Segmentation.ModelBuilder.Tests.Published;
using Segmentation.Models.Layouts;
using Segmentation.Onnx;
using Segmentation.Sam.Decoding;
using Segmentation.Sam.Decoding.Cpu;
using Segmentation.Sam.Numerics;
using Segmentation.Sam.Prompts;
using Segmentation.Sam.Runtime;
using Segmentation.Sam.Tests.Decoding.Cpu.Reference;
using PreparedTokens = Segmentation.Sam.Decoding.PreparedTokens;

namespace Segmentation.Sam.Tests.Decoding.Cpu;

/// <summary>A small decoder's graphs on disk, run by each implementation, and its reference.</summary>
public class SmallDecoder : IDisposable
{
    /// <summary>The decode graph by ONNX Runtime, and our kernels at each vector width.</summary>
    public static readonly string[] Implementations = ["graph", "512", "256", "128"];

    /// <summary>
    /// The rank for six points, 178, is almost six times this decoder's 32 channels and less than a real one's 256.
    /// </summary>
    private const double MaxRank = 6;

    private const int Side = 256;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("segmentation-decoder-");
    private readonly Dictionary<string, IMaskDecoder> _decoders;
    private readonly Dictionary<string, DecoderModel> _models = [];
    private readonly ReferenceDecoder _reference;
    private readonly PromptForm _form;
    private readonly float[] _mask;

    public SmallDecoder()
        : this(new DecoderWeightReader(PublishedDecoder.Build()).Read(), highResLength: 0)
    {
    }

    private protected SmallDecoder(PublishedDecoderWeights weights, int highResLength)
    {
        var graphs = new ModelGraphs(
            Encoder: "",
            Write("image", ImageGraph.Build(weights)),
            Write("mask", MaskGraph.Build(weights)),
            Write("decode", DecodeGraph.Build(weights)));
        _decoders = new()
        {
            ["graph"] = new OnnxMaskDecoder(graphs.Decode, new RuntimeOptions()),
            ["512"] = new CpuMaskDecoder<Simd512, Vector512<float>>(graphs.Decode, MaxRank),
            ["256"] = new CpuMaskDecoder<Simd256, Vector256<float>>(graphs.Decode, MaxRank),
            ["128"] = new CpuMaskDecoder<Simd128, Vector128<float>>(graphs.Decode, MaxRank),
        };
        foreach (var (name, decoder) in _decoders)
        {
            _models[name] = new(graphs.Image, graphs.Mask, decoder, new RuntimeOptions());
        }

        Graphs = graphs;
        _form = PromptForm.Of(new DecoderLayout { Family = weights.IsSam2 ? "sam2" : "sam1" });
        _reference = new ReferenceDecoder(StoredWeights.Of(weights));
        var random = new Random(11);
        Embedding = [.. Enumerable.Range(0, PublishedDecoder.Width * 4096).Select(_ => random.NextSingle() - 0.5f)];
        _mask = [.. Enumerable.Range(0, Side * Side).Select(_ => (random.NextSingle() * 20) - 10)];

        // Values that 16 bits hold exactly, so that their rounding does not count.
        Embedding =
            [.. Embedding, .. Enumerable.Range(0, highResLength).Select(_ => (float)(Half)((random.NextSingle() * 4) - 2))];
    }

    /// <summary>The embedding of the only image, with high-resolution features where the decoder is SAM 2's.</summary>
    public float[] Embedding { get; }

    internal ModelGraphs Graphs { get; }

    /// <summary>A random prompt in a square of 1024 pixels, the same for the same seed.</summary>
    public static Prompt MakePrompt(int points, bool hasBox, bool hasMask, int seed)
    {
        var random = new Random(seed);
        float Coordinate() => random.NextSingle() * 1024;
        var (left, top) = (Coordinate(), Coordinate());
        return new Prompt
        {
            Points =
            [
                .. Enumerable.Range(0, points)
                    .Select(_ => new PointPrompt(Coordinate(), Coordinate(), (PointLabel)random.Next(2))),
            ],
            Box = hasBox ? new BoxPrompt(left, top, left + Coordinate(), top + Coordinate()) : null,
            MaskLogits = hasMask ? [] : null,
        };
    }

    /// <summary>All four masks' logits, the scores and the object score of one prompt.</summary>
    public (double[] Logits, double[] Scores, double? ObjectScore) Reference(ImageGeometry geometry, Prompt prompt)
    {
        var batch = new DecodeBatch(geometry, [prompt], [0], wholeSquare: true, _form);
        return _reference.Decode(
            Embedding, new(batch.Coordinates, batch.Labels), prompt.MaskLogits is null ? null : _mask);
    }

    /// <summary>Prompts of one length by one of the <see cref="Implementations"/>.</summary>
    public (float[] Logits, float[] Scores, float[]? ObjectScores) Decode(
        string name,
        ImageGeometry geometry,
        Prompt[] prompts,
        long[] masks,
        bool wholeSquare,
        bool hasProjections = false,
        float? predictedIouAbove = null)
    {
        var token = TestContext.Current.CancellationToken;
        var yieldPoint = new YieldPoint(null, token);
        var model = _models[name];
        var image = Prepare(name, geometry);
        if (prompts[0].MaskLogits is not null)
        {
            var masked = new PreparedTokens(geometry, model.ImageShapes);
            model.AddMask(image, _mask, masked, yieldPoint);
            image = masked;
        }

        var batch = new DecodeBatch(geometry, prompts, masks, wholeSquare, _form)
        {
            ImageProjections = hasProjections ? _decoders[name].PrecomputeProjections(image, yieldPoint) : null,
            PredictedIouAbove = predictedIouAbove,
        };
        var (logits, scores) = (new float[batch.LogitsLength], new float[4 * prompts.Length]);
        _decoders[name].Decode(image, batch, logits, scores, new Arena(), token);
        return (logits, scores, batch.ObjectScoreLogits);
    }

    /// <summary>The image as one of the <see cref="Implementations"/> reads it.</summary>
    internal PreparedTokens Prepare(string name, ImageGeometry geometry) => _models[name].Prepare(
        Embedding, geometry, new YieldPoint(null, TestContext.Current.CancellationToken));

    /// <summary>The model of one of the <see cref="Implementations"/>.</summary>
    internal DecoderModel Model(string name) => _models[name];

    public void Dispose()
    {
        foreach (var model in _models.Values)
        {
            model.Dispose();
        }

        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    private string Write(string graph, ModelProto model)
    {
        var path = Path.Combine(_folder.FullName, $"{graph}.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }
}
