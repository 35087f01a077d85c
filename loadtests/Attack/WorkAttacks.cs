using Google.Protobuf;
using Segmentation.Protocol.V1;

namespace Segmentation.LoadTests.Attack;

/// <summary>Legal requests that are much work.</summary>
internal static class WorkAttacks
{
    /// <summary>All of them.</summary>
    public static IEnumerable<IAttack> Of(AttackSize size)
    {
        yield return new UnreadAnswers(12, size.Of(128, 32));
        yield return Batch("answer-large", 1, size.Of(256, 32), size.Of(10_000, 5_000), 900);
        yield return Batch("batch-large-picture", 2, size.Of(32, 20), size.Of(10_000, 7_000), 700);
        yield return Crops(size);
        yield return new OthersMasks(size.Of(18, 18));
        yield return new Overload(64, 96, Math.Max(size.Seconds, size.Of(20, 8)));
    }

    /// <summary>Requests of many prompts with all forms on a large picture.</summary>
    private static RequestAttack Batch(string name, int atOnce, int prompts, int side, double megabytes)
    {
        var file = new Lazy<byte[]>(() => HostileImages.LargePicture(side));
        return new RequestAttack(
            name,
            $"{atOnce} at a time: {prompts} prompts, all forms, on a picture of {side} x {side} pixels",
            AttackBounds.Work(megabytes),
            atOnce)
        {
            Prepare = (caller, end) => Uploading.SendAsync(caller, 0, file.Value, end),
            Send = (caller, _, end) => caller.GrpcAsync(
                AttackCaller.Segment,
                Prompting.Body(Prompting.Grid(Prompting.IdOf(file.Value), prompts, side, side, Prompting.AllForms)),
                end),
        };
    }

    /// <summary>Searches whose crops are cut from a large file, a new one each.</summary>
    private static RequestAttack Crops(AttackSize size)
    {
        var side = size.Of(7_000, 4_000);
        var file = new Lazy<byte[]>(() => HostileImages.LargePicture(side));
        return new RequestAttack(
            "crops-large-file",
            $"2 at a time: SegmentEverything with crops of a JPEG of {side} x {side} pixels",
            AttackBounds.Work(700),
            2)
        {
            Prepare = (_, _) => Task.FromResult(file.Value),
            Send = (caller, n, end) => caller.GrpcAsync(
                AttackCaller.Everything,
                Prompting.Body(new SegmentEverythingRequest
                {
                    ImageData = ByteString.CopyFrom(HostileImages.Variant(file.Value, n)),
                    Options = new EverythingOptions { PointsPerSide = 4, CropNLayers = 2 },
                }),
                end),
        };
    }
}
