using Google.Protobuf;
using Segmentation.Embeddings;
using Segmentation.Fuzz.Engine;
using Segmentation.Fuzz.Seeds;
using Segmentation.Gateway.Choosing;
using Segmentation.Gateway.Contract;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Everything;
using Segmentation.Gateway.Segmenting;
using Segmentation.Grains;
using Segmentation.Masks.Everything;
using Segmentation.Models;
using Segmentation.Protocol.V1;

namespace Segmentation.Fuzz.Targets;

/// <summary>
/// Prompts and options of requests, in protobuf's form behind a byte that chooses the message: what is not refused is
/// within the image and within the bounds of a plan.
/// </summary>
internal sealed class RequestTarget : IFuzzTarget
{
    private static readonly EmbeddingInfo _size = new(600, 400, 5, "image/png");
    private static readonly SearchOptions _limits = new();
    private static readonly ModelPackage _model = ModelCatalog.Default.Open();
    private static readonly PromptRules _rules = new(_model, [_model]);

    // Logits are longer than an input: those of these bytes are made of the bytes that came, again and again.
    private const int Stretched = 64;

    public int MaxLength => 4096;

    public IReadOnlyList<byte[]> Words => [[0, 0, 0xC0, 0x7F], [0, 0, 0x80, 0x7F], [0, 0, 0x80, 0xFF], [0xFF, 0xFF, 0x7F, 0x7F]];

    public IEnumerable<byte[]> Seeds => Messages.Wire;

    public long AllocationLimit(int length) => (24L * 1024 * 1024) + (1000L * length);

    public void Dispose()
    {
        // Holds nothing.
    }

    public void Run(byte[] input)
    {
        var bytes = new InputBytes(input);
        var type = Messages.TypeOf(bytes.Byte());
        IMessage message;
        try
        {
            message = type.Parser.ParseFrom(bytes.Rest.ToArray());
        }
        catch (InvalidProtocolBufferException)
        {
            return;
        }

        switch (message)
        {
            case SegmentRequest request:
                foreach (var prompt in request.Prompts.Take(8))
                {
                    CheckPrompt(prompt);
                }

                CheckOutput(request.Output);
                break;
            case SegmentStreamRequest { Prompt: { } prompt }:
                CheckPrompt(prompt.Prompt);
                CheckOutput(prompt.Output);
                break;
            case SegmentEverythingRequest request:
                CheckOptions(request.Options);
                break;
        }
    }

    private static void CheckPrompt(Prompt? prompt)
    {
        if (prompt?.Mask?.Logits is { Length: >= Stretched } logits && logits.Length < PromptLimits.LogitsBytes)
        {
            var whole = new byte[PromptLimits.LogitsBytes];
            for (var at = 0; at < whole.Length; at++)
            {
                whole[at] = logits[at % logits.Length];
            }

            prompt.Mask.Logits = ByteString.CopyFrom(whole);
        }

        foreach (var size in new[] { _size, null })
        {
            var violations = new Violations();
            var parsed = new PromptParser(_rules, size, violations).Parse(prompt, "prompts[0]");
            if (violations.Any)
            {
                StatusRules.Check(violations.ToStatus());
            }
            else if (size is not null)
            {
                CheckParsed(parsed, size);
            }
        }
    }

    private static void CheckParsed(PromptData prompt, EmbeddingInfo size)
    {
        Require.That(prompt.Points.All(point =>
            point.X >= 0 && point.X <= size.Width && point.Y >= 0 && point.Y <= size.Height));
        if (prompt.Box is { } box)
        {
            Require.That(box.XMin >= 0 && box.XMin < box.XMax && box.XMax <= size.Width, () => $"{box}");
            Require.That(box.YMin >= 0 && box.YMin < box.YMax && box.YMax <= size.Height, () => $"{box}");
        }

        Require.That(prompt.MaskLogits is null or { Length: PromptLimits.LogitsBytes });
    }

    private static void CheckOutput(OutputOptions? options)
    {
        var violations = new Violations();
        OutputSpec.Parse(options, "output", _rules, violations);
        if (violations.Any)
        {
            StatusRules.Check(violations.ToStatus());
        }
    }

    private static void CheckOptions(Protocol.V1.EverythingOptions? wire)
    {
        var violations = new Violations();
        var options = OptionsParser.Parse(wire, _limits, violations);
        if (violations.Any)
        {
            StatusRules.Check(violations.ToStatus());
            return;
        }

        Require.That(options.Validate().Count == 0);
        var plan = new EverythingPlan(_size.Width, _size.Height, options);
        Require.That(plan.Crops.Count <= _limits.MaxCrops);
        Require.That(plan.Crops.All(crop => crop.Box is { X: >= 0, Y: >= 0, Width: > 0, Height: > 0 }
            && crop.Box.X + crop.Box.Width <= _size.Width && crop.Box.Y + crop.Box.Height <= _size.Height));
        Require.That(Masks.Everything.EverythingOptions.FromJson(options.ToJson()).Hash() == options.Hash());
    }
}
