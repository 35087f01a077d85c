using System.Globalization;
using Segmentation.Protocol.V1;

namespace Segmentation.Cli.Segmenting;

/// <summary>Tells how the masks of two models differ.</summary>
internal static class ModelComparison
{
    /// <summary>Each model's masks, then the IoU of the best masks of each prompt.</summary>
    /// <param name="first">The first model's answer.</param>
    /// <param name="firstSummary">Its masks in words.</param>
    /// <param name="second">The second model's answer to the same prompts.</param>
    /// <param name="secondSummary">Its masks in words.</param>
    public static string Text(
        SegmentResponse first, string firstSummary, SegmentResponse second, string secondSummary)
    {
        List<string> lines =
            [$"{first.Image.Model}: {firstSummary}", $"{second.Image.Model}: {secondSummary}"];
        for (var i = 0; i < first.Results.Count; i++)
        {
            var iou = ResponseMapper.ToRunLengths(first.Results[i].Masks[0])
                .IoU(ResponseMapper.ToRunLengths(second.Results[i].Masks[0]));
            lines.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"prompt {i + 1}: the best masks of {first.Image.Model} and {second.Image.Model} have an IoU of {iou:0.000}"));
        }

        return string.Join(Environment.NewLine, lines);
    }
}
