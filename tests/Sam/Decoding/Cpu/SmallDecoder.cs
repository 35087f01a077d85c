using System.Runtime.Intrinsics;
using Google.Protobuf;
using Segmentation.Masks;
using Segmentation.Masks.Geometry;
using Segmentation.ModelBuilder.Decoder;
using Segmentation.ModelBuilder.Tests.Published;
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
public sealed class SmallDecoder : IDisposable
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
    private readonly DecoderModel _decoder;
    private readonly ReferenceDecoder _reference;
    private readonly float[] _embedding;
    private readonly float[] _mask;

    public SmallDecoder()
    {
        var weights = new DecoderWeightReader(PublishedDecoder.Build()).Read();
        var graphs = new ModelGraphs(
            Encoder: "",
            Write("image", ImageGraph.Build(weights)),
            Write("mask", MaskGraph.Build(weights)),
            Write("decode", DecodeGraph.Build(weights)));
        _decoder = new DecoderModel(
            graphs.Image, graphs.Mask, new OnnxMaskDecoder(graphs.Decode, new RuntimeOptions()), new RuntimeOptions());
        _decoders = new()
        {
            ["graph"] = new OnnxMaskDecoder(graphs.Decode, new RuntimeOptions()),
            ["512"] = new CpuMaskDecoder<Simd512, Vector512<float>>(graphs.Decode, MaxRank),
            ["256"] = new CpuMaskDecoder<Simd256, Vector256<float>>(graphs.Decode, MaxRank),
            ["128"] = new CpuMaskDecoder<Simd128, Vector128<float>>(graphs.Decode, MaxRank),
        };
        _reference = new ReferenceDecoder(StoredWeights.Of(weights));
        var random = new Random(11);
        _embedding = [.. Enumerable.Range(0, PublishedDecoder.Width * 4096).Select(_ => random.NextSingle() - 0.5f)];
        _mask = [.. Enumerable.Range(0, Side * Side).Select(_ => (random.NextSingle() * 20) - 10)];
    }

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

    /// <summary>All four masks' logits and the scores of one prompt.</summary>
    public (double[] Logits, double[] Scores) Reference(ImageGeometry geometry, Prompt prompt)
    {
        var batch = new DecodeBatch(geometry, [prompt], multimask: false, wholeSquare: true);
        return _reference.Decode(
            _embedding, new(batch.Coordinates, batch.Labels), prompt.MaskLogits is null ? null : _mask);
    }

    /// <summary>Prompts of one length by one of the <see cref="Implementations"/>.</summary>
    public (float[] Logits, float[] Scores) Decode(
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
        var image = _decoder.Prepare(_embedding, geometry, yieldPoint);
        if (prompts[0].MaskLogits is not null)
        {
            var masked = new PreparedTokens(geometry, _decoder.ImageShapes);
            _decoder.AddMask(image, _mask, masked, yieldPoint);
            image = masked;
        }

        var batch = new DecodeBatch(geometry, prompts, masks, wholeSquare, PromptForm.Sam1)
        {
            ImageProjections = hasProjections ? _decoders[name].PrecomputeProjections(image, yieldPoint) : null,
            PredictedIouAbove = predictedIouAbove,
        };
        var (logits, scores) = (new float[batch.LogitsLength], new float[4 * prompts.Length]);
        _decoders[name].Decode(image, batch, logits, scores, new Arena(), token);
        return (logits, scores);
    }

    public void Dispose()
    {
        foreach (var decoder in _decoders.Values)
        {
            decoder.Dispose();
        }

        _decoder.Dispose();
        _folder.Delete(recursive: true);
    }

    private string Write(string graph, ModelProto model)
    {
        var path = Path.Combine(_folder.FullName, $"{graph}.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }
}
