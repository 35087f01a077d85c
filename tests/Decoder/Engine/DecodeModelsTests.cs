using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Segmentation.Common;
using Segmentation.Decoder.Configuration;
using Segmentation.Decoder.Engine;
using Segmentation.Decoder.Images;
using Segmentation.Decoder.Telemetry;
using Segmentation.Decoder.Tests.Fakes;
using Segmentation.Embeddings;
using Segmentation.Grains;
using Segmentation.Models;
using Segmentation.Tests.Shared;

namespace Segmentation.Decoder.Tests.Engine;

/// <summary>Models that come into a silo's memory and leave it.</summary>
public sealed class DecodeModelsTests : IDisposable
{
    private const long Size = 1000;
    private readonly List<FakeEngine> _engines = [];
    private int _opened;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Decode_ThreeModelsThatFit_EachIsLoadedOnceAndAnswers()
    {
        await using var silo = new TestSilo(Room(3), isHeld: false, Other("b"), Other("c"));
        using var meters = new HeardMeters(silo.Meters);
        EmbeddingKey[] keys = [silo.Store.Add(1), silo.Store.Add(KeyOf("b")), silo.Store.Add(KeyOf("c"))];

        for (var round = 0; round < 3; round++)
        {
            foreach (var key in keys)
            {
                Assert.Equal(DecodeStatus.Ok, (await silo.Decoder.DecodeAsync(key, Click(5), Cancel)).Status);
            }
        }

        Assert.Equal(2, _opened);
        Assert.All(_engines, engine => Assert.Equal(["prepare 100", "segment 5", "segment 5", "segment 5"], engine.Runs));
        Assert.Equal(["prepare 100", "segment 5", "segment 5", "segment 5"], silo.Engine.Runs);
        Assert.Equal(1, meters["segmentation.decoder.models.loads b"]);
        Assert.Equal(0, meters["segmentation.decoder.models.evicted b"]);
        Assert.Equal(Size, meters["segmentation.decoder.models.size b"]);
    }

    [Fact]
    public async Task Decode_NoRoomForAllModels_TheLeastRecentlyUsedLeavesAndComesBack()
    {
        await using var silo = new TestSilo(Room(3), isHeld: false, Other("b"), Other("c"), Other("d"));
        using var meters = new HeardMeters(silo.Meters);
        EmbeddingKey[] keys = [.. "bcbd".Select(name => silo.Store.Add(KeyOf($"{name}")))];
        foreach (var key in keys)
        {
            silo.Time.Advance(TimeSpan.FromSeconds(1));
            await silo.Decoder.DecodeAsync(key, Click(5), Cancel);
        }

        Assert.Equal(3, _opened);
        Assert.Equal(0, meters["segmentation.decoder.models.size c"]);
        Assert.Equal(1, meters["segmentation.decoder.models.evicted c"]);
        Assert.Null(silo.Images.Find(keys[1]));
        Assert.NotNull(silo.Images.Find(keys[0]));

        Assert.Equal(DecodeStatus.Ok, (await silo.Decoder.DecodeAsync(keys[1], Click(5), Cancel)).Status);
        Assert.Equal(4, _opened);
        Assert.Equal(Size, meters["segmentation.decoder.models.size tiny"]);
    }

    [Fact]
    public async Task Decode_TheOnlyModelThatCouldLeaveIsInUse_ItsAnswerComesFirst()
    {
        await using var silo = new TestSilo(Room(2, workers: 2), isHeld: false, Held("b"), Other("c"));
        var used = silo.Decoder.DecodeAsync(silo.Store.Add(KeyOf("b")), Click(5), Cancel);
        Assert.Equal("prepare 100", await _engines[0].NextAsync());
        _engines[0].Let(1);
        Assert.Equal("segment 5", await _engines[0].NextAsync());

        var waiting = silo.Decoder.DecodeAsync(silo.Store.Add(KeyOf("c")), Click(6), Cancel);
        Assert.False(waiting.IsCompleted);
        Assert.False(_engines[0].IsDisposed);
        Assert.Equal(DecodeStatus.Ok, (await silo.Decoder.DecodeAsync(silo.Store.Add(1), Click(7), Cancel)).Status);
        Assert.Single(_engines);

        _engines[0].Let(1);
        Assert.Equal(DecodeStatus.Ok, (await used).Status);
        Assert.Equal(DecodeStatus.Ok, (await waiting).Status);
        Assert.True(_engines[0].IsDisposed);
    }

    [Fact]
    public async Task Decode_WhileAModelIsLoaded_OthersAnswerAndItIsLoadedOnce()
    {
        using var gate = new ManualResetEventSlim();
        var slow = Other("b") is var source ? source with
        {
            Open = () =>
            {
                gate.Wait(Cancel);
                return source.Open();
            },
        } : null!;
        await using var silo = new TestSilo(Room(2), isHeld: false, slow);
        var (key, second) = (silo.Store.Add(KeyOf("b")), silo.Store.Add(KeyOf("b", 2)));
        var waiting = new[] { key, second, key }.Select(k => silo.Decoder.DecodeAsync(k, Click(5), Cancel)).ToList();

        Assert.Equal(DecodeStatus.Ok, (await silo.Decoder.DecodeAsync(silo.Store.Add(1), Click(7), Cancel)).Status);
        Assert.All(waiting, call => Assert.False(call.IsCompleted));
        gate.Set();

        Assert.All(await Task.WhenAll(waiting), reply => Assert.Equal(DecodeStatus.Ok, reply.Status));
        Assert.Equal(1, _opened);
    }

    [Fact]
    public async Task Decode_AModelThatCannotBeLoaded_FailsForItsCallersAndIsTriedAgain()
    {
        var isBroken = true;
        var source = Other("b");
        await using var silo = new TestSilo(Room(2), isHeld: false, source with
        {
            Open = () => isBroken ? throw new ModelException("The file is gone.") : source.Open(),
        });
        var key = silo.Store.Add(KeyOf("b"));

        await Assert.ThrowsAsync<ModelException>(() => silo.Decoder.DecodeAsync(key, Click(5), Cancel));
        isBroken = false;

        Assert.Equal(DecodeStatus.Ok, (await silo.Decoder.DecodeAsync(key, Click(5), Cancel)).Status);
    }

    [Fact]
    public async Task Decode_APromptThatTheModelCannotTake_IsRefusedWithItsSentence()
    {
        await using var silo = new TestSilo(Room(2), isHeld: false, Other("b") with
        {
            Refusal = prompt => prompt.HasBox ? "The model 'b' takes no boxes." : null,
        });
        var key = silo.Store.Add(KeyOf("b"));
        var box = new DecodeRequest { Prompts = [new() { Points = [], Box = new(1, 2, 3, 4) }] };

        var reply = await silo.Decoder.DecodeAsync(key, box, Cancel);

        Assert.Equal((DecodeStatus.PromptRefused, "The model 'b' takes no boxes."), (reply.Status, reply.Message));
        Assert.Equal(DecodeStatus.Ok, (await silo.Decoder.DecodeAsync(key, Click(5), Cancel)).Status);
        Assert.Equal(DecodeStatus.Ok, (await silo.Decoder.DecodeAsync(silo.Store.Add(1), box, Cancel)).Status);
    }

    [Fact]
    public async Task Adopt_AnEmbeddingOfAnotherLength_IsRefused()
    {
        await using var silo = new TestSilo(Room(2), isHeld: false, Other("b") with
        {
            EmbeddingLength = Embedding.Length + 4096,
        });

        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => silo.Decoder.AdoptAsync(KeyOf("b"), FakeStore.Embedding(), Cancel));

        Assert.Contains("1052672", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Constructor_AModelThatNeverFits_SaysWhichAndWhatToDo()
    {
        await using var silo = new TestSilo();
        var options = Options.Create(new DecoderOptions { ModelBytes = 2 * Size - 1 });

        var error = Assert.Throws<ModelException>(() => new DecodeModels(
            [Other("a"), Other("b")],
            options,
            new DecoderMetrics(silo.Meters),
            silo.Time,
            NullLogger<DecodeModels>.Instance));

        Assert.Contains("model 'b' beside the default model 'a'", error.Message, StringComparison.Ordinal);
        Assert.Contains("Segmentation:Decoder:ModelBytes", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, _opened);
    }

    [Fact]
    public async Task Repair_AnImageOfAnotherModel_IsRestoredByItsOwnEngine()
    {
        await using var silo = new TestSilo(Room(2), isHeld: false, Other("b"));
        var key = silo.Store.Add(KeyOf("b"));
        await silo.Decoder.DecodeAsync(key, Click(5), Cancel);
        await silo.Store.RemoveAsync(key, Cancel);
        using var repair = new EmbeddingRepair(
            silo.Images,
            silo.Store,
            silo.Scheduler,
            silo.Time,
            NullLogger<EmbeddingRepair>.Instance);

        Assert.Equal(1, await repair.KeepAsync(Cancel));

        Assert.NotNull(await silo.Store.GetInfoAsync(key, Cancel));
        Assert.Equal("restore 100", _engines[0].Runs.Last());
        Assert.Empty(silo.Engine.Runs);
    }

    public void Dispose() => _engines.ForEach(engine => engine.Dispose());

    private static DecoderOptions Room(int models, int workers = 1) =>
        new() { Workers = workers, ModelBytes = models * Size };

    private static DecodeRequest Click(int x) => new()
    {
        Prompts = [new() { Points = [new(x, 1, true)] }], Lane = Lane.Interactive,
    };

    private static ModelIdentity Identity(string name) =>
        new(name, new string(name[0], 64), "v1");

    private static EmbeddingKey KeyOf(string name, int number = 1) =>
        EmbeddingKey.Create("default", Identity(name), number.ToString("x64", null));

    private ModelSource Held(string name) => Other(name, isHeld: true);

    private ModelSource Other(string name, bool isHeld = false) => new(Identity(name), Size, Embedding.Length, () =>
    {
        var engine = new FakeEngine { IsHeld = isHeld };
        _engines.Add(engine);
        _opened++;
        return engine;
    });
}
