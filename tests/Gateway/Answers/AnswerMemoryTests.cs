using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Tests.Answers;

/// <summary>Memory that a large answer takes. Runs alone: it measures the memory of the process.</summary>
[Collection(Alone)]
public sealed class AnswerMemoryTests
{
    private const string Alone = "memory of the process";
    private const string Segment = "/segmentation.v1.SegmentationService/Segment";
    private const int LogitsBytes = 256 * 1024;

    [Fact]
    public async Task Segment_ClientDoesNotRead_TheAnswerIsHeldOnceAndNotTwice()
    {
        const int Prompts = 64;
        const long Answer = Prompts * 3L * LogitsBytes;
        await using var host = await GatewayHost.StartAsync();
        await host.UploadAsync(Requests.File);
        var request = new SegmentRequest
        {
            ImageId = Requests.IdOf(Requests.File),
            Prompts = { Enumerable.Range(0, Prompts).Select(i => Requests.Click(i, 1)) },
            Output = new OutputOptions { Formats = { MaskFormat.Logits } },
        };
        var before = Memory();

        using var unread = await UnreadCall.BeginAsync(host, Segment, request);
        var held = Memory() - before;

        Assert.InRange(host.Held(), Answer - (512 * 1024), Answer + (512 * 1024));
        Assert.InRange(held, 0, (long)(1.2 * Answer));

        static long Memory() => GC.GetTotalMemory(forceFullCollection: true);
    }

    [CollectionDefinition(Alone, DisableParallelization = true)]
    public sealed class RunAlone;
}
