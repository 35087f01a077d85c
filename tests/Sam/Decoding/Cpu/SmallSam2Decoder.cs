using Segmentation.ModelBuilder.Decoder;
using Segmentation.ModelBuilder.Tests.Published;
using Segmentation.ModelBuilder.Weights;

namespace Segmentation.Sam.Tests.Decoding.Cpu;

/// <summary>A small decoder of SAM 2: the one of SAM 1 with an object score token and its head.</summary>
public sealed class SmallSam2Decoder : SmallDecoder
{
    public SmallSam2Decoder()
        : this(hasObjectScore: true)
    {
    }

    private SmallSam2Decoder(bool hasObjectScore)
        : base(
            MakeWeights(hasObjectScore),
            Sam.Decoding.Cpu.Upscaling.HighResFeatures.Length(PublishedDecoder.Width))
    {
    }

    /// <summary>Makes the same decoder as read from an export without the head: its weights are zeros.</summary>
    public static SmallSam2Decoder WithoutObjectScore() => new(hasObjectScore: false);

    private static PublishedDecoderWeights MakeWeights(bool hasObjectScore)
    {
        var random = new Random(17);
        var sam1 = new DecoderWeightReader(PublishedDecoder.Build()).Read();
        Tensor Draw(double scale, params int[] shape) => new(
            shape,
            [.. Enumerable.Range(0, shape.Aggregate((a, b) => a * b))
                .Select(_ => (float)(scale * ((2 * random.NextDouble()) - 1)))]);
        LinearGraph Layer(int index, int outputs) => new(
            $"pred_obj_score_head.layers.{index}",
            Draw(hasObjectScore ? 0.4 : 0, sam1.Width, outputs),
            Draw(hasObjectScore ? 0.3 : 0, outputs));
        return sam1 with
        {
            OutputTokens = Tensor.Stack(Draw(0.5, 1, sam1.Width), sam1.OutputTokens),
            ObjectScoreHead = [Layer(0, sam1.Width), Layer(1, sam1.Width), Layer(2, 1)],
        };
    }
}
