using Google.Rpc;
using Grpc.Core;
using Segmentation.LoadTests.Attack;
using Segmentation.LoadTests.Systems;
using Segmentation.Sam.Images;
using Segmentation.Tests.Shared;
using RpcStatus = Google.Rpc.Status;

namespace Segmentation.LoadTests.Tests;

/// <summary>Attacks on a real server, and what tells that one has succeeded.</summary>
public sealed class AttackTests
{
    private static readonly AttackSize _size = new(IsShort: true, Seconds: 1, WarmSeconds: 0.5, UnloadedSeconds: 1);

    public static TheoryData<string, byte[]> Pictures => new()
    {
        { "WebP", HostileImages.WebPFrames(3) },
        { "GIF", HostileImages.GifFrames(3) },
        { "TIFF", HostileImages.TiffDirectories(3) },
        { "PNG", HostileImages.PngChunks(3) },
        { "PNG with a text", HostileImages.PngTextBomb(100_000) },
        { "JPEG", HostileImages.JpegSegments(3) },
        { "black PNG", HostileImages.BlackPng(64, isInterlaced: true) },
        { "small", HostileImages.SmallPicture(1) },
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_MessagesThatAreNone_AreRefusedAndTheBystanderIsServed()
    {
        using var identity = await AttackIdentity.CreateAsync(AttackIdentity.None, Cancel);
        await using var run = new AttackRun(SpawnedSystem.Standalone, hasLimits: false, _size, identity);
        await run.StartAsync(Cancel);

        var result = await run.RunAsync(AttackList.Of(_size).Single(attack => attack.Name == "malformed"), Cancel);

        Assert.True(result.Answers.Times.Count > 5, $"{result.Answers.Times.Count} requests were answered.");
        Assert.Contains(result.Answers.Counts, count => count.Key == "InvalidArgument INVALID_JSON");
        Assert.Equal(0, result.Answers.Wrong);
        Assert.Equal(0, result.LogLines);
        Assert.InRange(result.Felt.Clicks.Count, 5, 30);
        Assert.InRange(result.Felt.Uploads.Count, 1, 3);
        Assert.Equal(0, result.Felt.Failed);
        Assert.InRange(result.Memory.Before, 50, 10_000);
        Assert.Empty(result.Ended);
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public void ReadFull_FileOfAnAttack_IsAPicture(string name, byte[] file)
    {
        Assert.NotEmpty(name);
        var picture = ImageReader.ReadFull(HostileImages.Variant(file, 1), ImageLimits.Default, Cancel);
        Assert.True(picture.Width >= 8);
        Assert.NotEqual(Prompting.IdOf(HostileImages.Variant(file, 1)), Prompting.IdOf(HostileImages.Variant(file, 2)));
    }

    [Fact]
    public void EmptyPrompts_AsAMessage_AreTheirNumber()
    {
        Assert.Equal(1000, Protocol.V1.SegmentRequest.Parser.ParseFrom(WireBodies.EmptyPrompts(1000)).Prompts.Count);
        var grids = Protocol.V1.SegmentEverythingRequest.Parser.ParseFrom(WireBodies.EmptyGrids(1000));
        Assert.Equal(1000, grids.Options.PointGrids.Count);
        var message = Protocol.V1.SegmentStreamRequest.Parser.ParseFrom(WireBodies.SessionPoints(1000));
        Assert.Equal(1000, message.Prompt.Prompt.Points.Count);
    }

    [Theory]
    [InlineData("12:00:00.123 fail: Some.Category[1] Something.", 1)]
    [InlineData("12:00:00.123 crit: Some.Category[1] Something.", 1)]
    [InlineData("   at Some.Type.Method(String text)", 1)]
    [InlineData("Unhandled exception. System.OutOfMemoryException", 1)]
    [InlineData("12:00:00.123 info: Some.Category[1] A fail: at (nothing).", 0)]
    [InlineData("12:00:00.123 warn: Some.Category[1] Something.", 0)]
    [InlineData("  gRPC (HTTP/2)  http://127.0.0.1:7080/", 0)]
    public void Read_LineOfALog_IsCountedAboveWarnings(string line, int loud)
    {
        var log = new ServerLog();
        log.Read(line);
        Assert.Equal(loud, log.Loud);
    }

    [Fact]
    public void Count_StatusThatBlamesTheServerOrHasNoReason_IsWrong()
    {
        var answers = new Answers();
        var reason = Google.Protobuf.WellKnownTypes.Any.Pack(new ErrorInfo { Reason = "SOME" });
        AttackCaller.Count(answers, new RpcStatus { Code = (int)StatusCode.InvalidArgument, Details = { reason } }, 0);
        AttackCaller.Count(answers, new RpcStatus(), 0);
        Assert.Equal(0, answers.Wrong);
        AttackCaller.Count(answers, new RpcStatus { Code = (int)StatusCode.Internal, Details = { reason } }, 0);
        AttackCaller.Count(answers, new RpcStatus { Code = (int)StatusCode.InvalidArgument }, 0);
        Assert.Equal(2, answers.Wrong);
    }

    [Fact]
    public async Task Attack_OfAStranger_IsRefusedWhateverItSends()
    {
        using var identity = await AttackIdentity.CreateAsync(AttackIdentity.Stranger, Cancel);
        await using var run = new AttackRun(SpawnedSystem.Standalone, hasLimits: false, _size, identity);
        await run.StartAsync(Cancel);

        var result = await run.RunAsync(AttackList.Of(_size).Single(attack => attack.Name == "malformed"), Cancel);

        Assert.Equal(0, result.Answers.Wrong);
        Assert.Equal(0, result.Felt.Failed);
        Assert.All(result.Answers.Counts, count => Assert.Matches("Unauthenticated|ResourceExhausted|end", count.Key));
    }

    [Fact]
    public void Rows_BoundsThatDoNotHold_AreTold()
    {
        var (felt, unloaded) = (Figures(clickSeconds: 1), Figures(clickSeconds: 0.02));
        var answers = new Answers();
        answers.AddWrong("Not this.");
        var result = new AttackResult
        {
            Attack = AttackList.Of(_size)[0],
            Bounds = AttackList.Of(_size)[0].Bounds,
            Answers = answers,
            Felt = felt,
            Unloaded = unloaded,
            Memory = (100, 1_000, 900),
            UnloadedRise = 10,
            Took = TimeSpan.FromSeconds(1),
            LogLines = 1,
            Ended = ["gateway"],
            IsStuck = true,
        };

        Assert.Equal(
            [
                "answers that must not be", "peak memory over before", "memory after over before",
                "bystander's click p99", "log lines of errors and stacks", "programs that ended",
                "bystander not served 20 s after",
            ],
            result.Broken.Select(row => row.Name));
    }

    private static BystanderFigures Figures(double clickSeconds)
    {
        var figures = new BystanderFigures();
        figures.Clicks.Add(TimeSpan.FromSeconds(clickSeconds));
        figures.Clicks.Add(TimeSpan.FromSeconds(clickSeconds));
        figures.Uploads.Add(TimeSpan.FromSeconds(1));
        return figures;
    }

    [Fact]
    public async Task MemoryGroup_ProcessNeedsMoreThanItsLimit_IsKilledAndCounted()
    {
        using var group = MemoryGroup.TryCreate("test", 64 << 20, out var problem);
        if (group is null)
        {
            Assert.Skip($"{problem}.");
            return;
        }

        // tail keeps all of it, since it may be the end.
        await using var process = await ChildProcess.StartAsync(
            "tail", null, [.. group.Starter, "sh", "-c", "head -c 200000000 /dev/zero | tail -c 190000000 >/dev/null"]);
        await process.Ended.WaitAsync(Cancel);

        Assert.Equal(1, group.Kills);
        Assert.InRange(group.Peak, 60, 70);
    }
}
