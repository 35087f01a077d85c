using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Segmentation.Common;
using Segmentation.Grains;
using Segmentation.Masks;
using Segmentation.Masks.Everything;

namespace Segmentation.Decoder.Tests;

/// <summary>Messages between gateways and silos, through Orleans' serializer.</summary>
public sealed class GrainMessagesTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    private Serializer Serializer => _services.GetRequiredService<Serializer>();

    [Fact]
    public void DecodeRequest_OnTheWire_HasTheBytesOfTheFirstVersion()
    {
        var request = new DecodeRequest
        {
            Prompts = [new() { Points = [new(1, 2, true)] }],
            MaskCount = MaskCount.Three,
            Forms = MaskForms.Png | MaskForms.Logits,
            Refinable = true,
            Lane = Lane.Batch,
        };

        var bytes = Serializer.SerializeToArray(request);

        // Written where these enumerations had codecs that Orleans generates.
        Assert.Equal(
            "20E820000321E820000321E8600000803F61000000400103E0E0C101C101C101E0E00109011501030105C101E0",
            Convert.ToHexString(bytes));
        var received = Serializer.Deserialize<DecodeRequest>(bytes)!;
        Assert.Equal((request.MaskCount, request.Forms, request.Lane), (received.MaskCount, received.Forms, received.Lane));
    }

    [Fact]
    public void PlanData_AtASilo_MakesThePlanOfTheGateway()
    {
        var plan = new EverythingPlan(301, 200, new() { PointsPerSide = 5, CropNLayers = 1, PredIouThresh = 0.1 + 0.2 });

        var sent = PlanData.Of(plan);
        var received = Sent(sent).ToPlan();

        Assert.Equal(sent.Id, PlanData.Of(received).Id);
        Assert.Equal(plan.Options, received.Options);
        Assert.Equal(plan.Crops.Select(crop => crop.Box), received.Crops.Select(crop => crop.Box));
    }

    [Fact]
    public void PlanData_OtherSizeOrOptions_IsAnotherPlan()
    {
        EverythingPlan[] plans =
        [
            new(300, 200, new()), new(200, 300, new()), new(300, 200, new() { CropNmsThresh = 0.71 }),
            new(300, 200, new() { PointsPerSide = null, PointGrids = [[new(0.5, 0.5)]] }),
        ];

        Assert.Distinct(plans.Select(plan => PlanData.Of(plan).Id));
    }

    [Fact]
    public void CandidateData_AtTheGateway_IsTheCandidateOfTheSilo()
    {
        var crop = new EverythingPlan(4, 3, new() { PointsPerSide = 2 }).Crops[0];
        var candidate = new MaskCandidate
        {
            Point = 3,
            Token = 2,
            PredictedIou = 0.91f,
            StabilityScore = 0.97f,
            RunLengths = new RunLengths(3, 4, 4, 2, 6),
            Area = 2,
            Box = new(1, 1, 1, 2),
        };

        Assert.Equal(candidate, Sent(CandidateData.Of(candidate)).ToCandidate(crop));
    }

    public void Dispose() => _services.Dispose();

    private T Sent<T>(T message) => Serializer.Deserialize<T>(Serializer.SerializeToArray(message))!;
}
