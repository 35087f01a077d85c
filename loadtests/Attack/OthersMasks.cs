using Google.Protobuf;
using Grpc.Core;
using Segmentation.Protocol.V1;

namespace Segmentation.LoadTests.Attack;

/// <summary>
/// One tenant names the masks and images of another, and makes many masks of its own: it learns nothing, and the
/// other's mask stays.
/// </summary>
internal sealed class OthersMasks(int requests) : IAttack
{
    /// <summary>The tenant whose masks are asked for.</summary>
    public const string Owner = "owner";

    /// <inheritdoc/>
    public string Name => "others-masks";

    /// <inheritdoc/>
    public string Sent => $"ids of another tenant, then {requests} small requests that keep their logits";

    /// <inheritdoc/>
    public double? Seconds => 8;

    /// <inheritdoc/>
    public AttackBounds Bounds { get; } = AttackBounds.Work(400);

    /// <inheritdoc/>
    public async Task RunAsync(AttackTarget target, Answers answers, CancellationToken end)
    {
        using var owners = target.Channel(Owner, AttackTarget.AttackersAddress);
        using var attackers = target.Channel(AttackTarget.Attacker, AttackTarget.AttackersAddress);
        var owner = new SegmentationService.SegmentationServiceClient(owners);
        var attacker = new SegmentationService.SegmentationServiceClient(attackers);
        try
        {
            var file = ByteString.CopyFrom(HostileImages.SmallPicture(-3));
            var first = await owner.SegmentAsync(Request(30, 20, file), cancellationToken: end);
            var mask = first.Results[0].Masks[0].Id;

            await RefusedAsync(
                () => new ImageService.ImageServiceClient(attackers)
                    .GetImageAsync(new GetImageRequest { Id = first.Image.Id }, cancellationToken: end).ResponseAsync,
                "GetImage of another tenant's image",
                answers);
            await RefusedAsync(
                () => attacker.SegmentAsync(Refining(first.Image.Id, mask), cancellationToken: end).ResponseAsync,
                "Segment of another tenant's image",
                answers);

            if (target.Identity.IsStranger)
            {
                return;
            }

            // The attacker has the same picture, but never made this mask.
            await attacker.SegmentAsync(Request(70, 50, file), cancellationToken: end);
            await RefusedAsync(
                () => attacker.SegmentAsync(Refining(first.Image.Id, mask), cancellationToken: end).ResponseAsync,
                "Segment with another tenant's mask",
                answers);
            for (var n = 0; n < requests; n++)
            {
                var many = Prompting.Grid(first.Image.Id, 16, 90, 60, MaskFormat.Rle);
                many.Output.Refinable = true;
                many.Output.MaskCount = MaskCount.Three;
                await attacker.SegmentAsync(many, cancellationToken: end);
            }

            await KeptAsync(
                () => owner.SegmentAsync(Refining(first.Image.Id, mask), cancellationToken: end).ResponseAsync,
                answers);
        }
        catch (RpcException) when (end.IsCancellationRequested)
        {
            answers.Add("not done at the end");
        }
    }

    private static async Task RefusedAsync<T>(Func<Task<T>> call, string what, Answers answers)
    {
        var since = System.Diagnostics.Stopwatch.GetTimestamp();
        try
        {
            await call();
            answers.Add("OK", since);
            answers.AddWrong($"{what} was answered.");
        }
        catch (RpcException error) when (error.StatusCode
            is StatusCode.NotFound or StatusCode.Unauthenticated or StatusCode.ResourceExhausted)
        {
            answers.Add(AttackCaller.Words(error.GetRpcStatus()!), since);
        }
    }

    private static async Task KeptAsync<T>(Func<Task<T>> call, Answers answers)
    {
        try
        {
            await call();
            answers.Add("the owner's mask is held");
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.NotFound)
        {
            answers.Add("the owner's mask is gone");
            answers.AddWrong("Small requests of one tenant took another tenant's mask away.");
        }
    }

    private static SegmentRequest Request(float x, float y, ByteString file) => new()
    {
        ImageData = file,
        Prompts = { new Prompt { Points = { new Point { X = x, Y = y } } } },
        Output = new OutputOptions { Refinable = true },
    };

    private static SegmentRequest Refining(string image, string mask) => new()
    {
        ImageId = image,
        Prompts = { new Prompt { Points = { new Point { X = 40, Y = 30 } }, Mask = new MaskInput { MaskId = mask } } },
    };
}
