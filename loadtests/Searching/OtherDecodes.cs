using System.Diagnostics;
using Segmentation.Masks.Geometry;
using Segmentation.Sam;
using Segmentation.Sam.Decoding;
using Segmentation.Sam.Prompts;
using Segmentation.Sam.Published;

namespace Segmentation.LoadTests.Searching;

/// <summary>What a point costs without everything around it: one published decode, and our own as bare.</summary>
internal sealed class OtherDecodes(
    PublishedModel published,
    Segmenter segmenter,
    float[] embedding,
    PreparedImage image,
    CancellationToken cancellationToken)
{
    private readonly float[] _logits =
        new float[DecodeBatch.MaxPrompts * 3 * ImageGeometry.LowResSide * ImageGeometry.LowResSide];

    private readonly SegmentWorkspace _workspace = segmenter.CreateWorkspace();
    private readonly float[] _predictedIou = new float[DecodeBatch.MaxPrompts * 4];

    /// <summary>Seconds of each published decode.</summary>
    public List<double> Published { get; } = [];

    /// <summary>Seconds for each prompt of our decodes, as many in one run as everything has.</summary>
    public List<double> Bare { get; } = [];

    /// <summary>Decodes a point by the published decoder, and by ours too if that is wanted.</summary>
    public void Run((double X, double Y) point, bool isOursWanted)
    {
        var prompt = new Prompt { Points = [new((float)point.X, (float)point.Y, PointLabel.Foreground)] };
        Published.Add(Time(() => published.Decode(embedding, image.Geometry, prompt, _logits)));
        if (!isOursWanted)
        {
            return;
        }

        var prompts = Enumerable.Repeat(prompt, DecodeBatch.MaxPrompts).ToList();
        var batch = new DecodeBatch(image.Geometry, prompts, multimask: true, wholeSquare: false);
        Bare.Add(Time(() => segmenter.Decoder.Decode(
            image,
            batch,
            _logits.AsMemory(0, batch.LogitsLength),
            _predictedIou,
            _workspace,
            cancellationToken)) / prompts.Count);
    }

    private static double Time(Action action)
    {
        var started = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
