using Segmentation.ModelBuilder.Decoder;
using Segmentation.ModelBuilder.Tests.Published;
using Segmentation.ModelBuilder.Weights;
using Segmentation.Sam.Decoding.Cpu.Upscaling;

namespace Segmentation.Sam.Tests.Decoding.Cpu;

/// <summary>A small decoder of SAM 2: the one of SAM 1 with an object score token and its head.</summary>
public sealed class SmallSam2Decoder() : SmallDecoder(MakeWeights(), HighResFeatures.Length(PublishedDecoder.Width))
{
    private static PublishedDecoderWeights MakeWeights()
    {
        var random = new Random(17);
        var sam1 = new DecoderWeightReader(PublishedDecoder.Build()).Read();
        Tensor Draw(double scale, params int[] shape) => new(
            shape,
            [.. Enumerable.Range(0, shape.Aggregate((a, b) => a * b))
                .Select(_ => (float)(scale * ((2 * random.NextDouble()) - 1)))]);
        LinearGraph Layer(int index, int outputs) => new(
            $"object_score_head.layers.{index}", Draw(0.4, sam1.Width, outputs), Draw(0.3, outputs));
        return sam1 with
        {
            OutputTokens = Tensor.Stack(Draw(0.5, 1, sam1.Width), sam1.OutputTokens),
            ObjectScoreHead = [Layer(0, sam1.Width), Layer(1, sam1.Width), Layer(2, 1)],
        };
    }
}
