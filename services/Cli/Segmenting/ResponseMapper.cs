using System.Runtime.InteropServices;
using Google.Protobuf;
using Segmentation.Masks;
using Segmentation.Protocol.V1;
using Segmentation.Sam;
using MaskCount = Segmentation.Masks.MaskCount;
using ProtoPrompt = Segmentation.Protocol.V1.Prompt;

namespace Segmentation.Cli.Segmenting;

/// <summary>Converts between the model library's types and the contract's.</summary>
internal static class ResponseMapper
{
    public static OutputOptions ToOutput(SegmentArguments arguments)
    {
        var output = new OutputOptions
        {
            Refinable = false,
            MaskCount = arguments.MaskCount switch
            {
                MaskCount.One => Protocol.V1.MaskCount.One,
                MaskCount.Three => Protocol.V1.MaskCount.Three,
                _ => Protocol.V1.MaskCount.Unspecified,
            },
        };
        output.Formats.Add(MaskFormat.Rle);
        if (arguments.Logits is not null)
        {
            output.Formats.Add(MaskFormat.Logits);
        }

        return output;
    }

    public static SegmentOptions ToOptions(OutputOptions output) => new()
    {
        MaskCount = output.MaskCount switch
        {
            Protocol.V1.MaskCount.One => MaskCount.One,
            Protocol.V1.MaskCount.Three => MaskCount.Three,
            _ => MaskCount.Auto,
        },
        Forms = output.Formats.Contains(MaskFormat.Logits) ? MaskForms.Logits : MaskForms.None,
    };

    public static PromptResult ToResult(IReadOnlyList<SegmentedMask> masks)
    {
        var result = new PromptResult();
        result.Masks.AddRange(masks.Select(ToMask));
        return result;
    }

    public static ProtoPrompt ToPrompt(Sam.Prompts.Prompt prompt)
    {
        var message = new ProtoPrompt();
        message.Points.AddRange(prompt.Points.Select(p => new Point
        {
            X = p.X,
            Y = p.Y,
            Label = p.Label == Sam.Prompts.PointLabel.Background ? PointLabel.Background : PointLabel.Foreground,
        }));
        if (prompt.Box is { } box)
        {
            message.Box = new Box { XMin = box.XMin, YMin = box.YMin, XMax = box.XMax, YMax = box.YMax };
        }

        if (prompt.MaskLogits is { } logits)
        {
            message.Mask = new MaskInput { Logits = ToBytes(logits) };
        }

        return message;
    }

    public static RunLengths ToRunLengths(Mask mask) =>
        RunLengths.FromCocoString((int)mask.Rle.Size[0], (int)mask.Rle.Size[1], mask.Rle.Counts);

    private static Mask ToMask(SegmentedMask mask)
    {
        var runs = mask.RunLengths;
        var message = new Mask
        {
            PredictedIou = mask.PredictedIou,
            StabilityScore = mask.StabilityScore,
            Area = (ulong)mask.Area,
            BoundingBox = new BoundingBox
            {
                X = (uint)mask.Box.X,
                Y = (uint)mask.Box.Y,
                Width = (uint)mask.Box.Width,
                Height = (uint)mask.Box.Height,
            },
            Rle = new RunLengthEncoding
            {
                Size = { (uint)runs.Height, (uint)runs.Width },
                Counts = runs.ToCocoString(),
            },
        };
        if (mask.Logits is { } logits)
        {
            message.Logits = ToBytes(logits);
        }

        return message;
    }

    private static ByteString ToBytes(float[] values) => ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan()));
}
