using System.Net;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1Alpha;
using Segmentation.Protocol.V1;

namespace Segmentation.Standalone.Tests;

/// <summary>The real model on real photographs, through gRPC, grain and store.</summary>
public sealed class StandaloneTests(RunningStandalone standalone) : IClassFixture<RunningStandalone>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task UploadThenClick_Photograph_GivesTheReferencesMasks()
    {
        var image = await UploadAsync("coffee.png");

        var response = await standalone.Segmentation.SegmentAsync(
            new SegmentRequest { ImageId = image.Id, Prompts = { Click(300, 200) } }, cancellationToken: Cancel);

        Assert.Equal((600u, 400u, "image/png"), (image.Width, image.Height, image.MediaType));
        var masks = response.Results.Single().Masks;
        var expected = Golden.Masks("coffee.png", 300, 200, multimask: true);
        Assert.Equal(3, masks.Count);
        Assert.All(masks, mask => Assert.InRange(expected.Max(mask.ToRunLengths().IoU), 0.99, 1));
        Assert.Equal(masks.OrderByDescending(mask => mask.PredictedIou), masks);
        Assert.All(masks, mask => Assert.Equal((ulong)mask.ToRunLengths().Area, mask.Area));
        Assert.True(response.DecodeDuration.ToTimeSpan() > TimeSpan.Zero);
    }

    [Fact]
    public async Task Healthcheck_WhileItRuns_ExitsWithZero()
    {
        await using var probe = StandaloneProcess.Start(
            "healthcheck", $"Segmentation:Endpoints:OperatorPort={standalone.Operators.Port}");

        Assert.Equal(0, await probe.ExitAsync(Cancel));
    }

    [Fact]
    public async Task Stream_Refinement_EqualsUnaryRefinement()
    {
        var image = await UploadAsync("coffee.png");
        var first = await standalone.Segmentation.SegmentAsync(
            new SegmentRequest { ImageId = image.Id, Prompts = { Click(300, 200) } }, cancellationToken: Cancel);
        var refined = Click(300, 200);
        refined.Mask = new MaskInput { MaskId = first.Results[0].Masks[0].Id };
        var unary = await standalone.Segmentation.SegmentAsync(
            new SegmentRequest { ImageId = image.Id, Prompts = { refined } }, cancellationToken: Cancel);

        using var stream = standalone.Segmentation.SegmentStream(cancellationToken: Cancel);
        await stream.RequestStream.WriteAsync(new() { Open = new OpenImage { ImageId = image.Id } }, Cancel);
        foreach (var sequence in new[] { 1, 2 })
        {
            var prompt = new StreamPrompt { Sequence = sequence, Prompt = Click(300, 200), Refine = true };
            await stream.RequestStream.WriteAsync(new() { Prompt = prompt }, Cancel);
        }

        await stream.RequestStream.CompleteAsync();
        var answers = await stream.ResponseStream.ReadAllAsync(Cancel).ToListAsync(Cancel);

        Assert.Equal(image.Id, answers[0].Opened.Image.Id);
        Assert.Equal(first.Results[0], answers[1].Answer.Result);
        Assert.Equal(unary.Results[0], answers[2].Answer.Result);
    }

    [Fact]
    public async Task Segment_TextInsteadOfAnImage_SaysSo()
    {
        var request = new SegmentRequest
        {
            ImageData = ByteString.CopyFromUtf8("This is no photograph."), Prompts = { Click(1, 1) },
        };

        var exception = await Assert.ThrowsAsync<RpcException>(
            async () => await standalone.Segmentation.SegmentAsync(request, cancellationToken: Cancel));

        Assert.Equal(StatusCode.InvalidArgument, exception.StatusCode);
        Assert.StartsWith("image_data: ", exception.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeleteImage_Segmented_IsForgottenEverywhere()
    {
        var image = await UploadAsync("rocket.jpg");
        var request = new SegmentRequest { ImageId = image.Id, Prompts = { Click(1, 1) } };
        await standalone.Segmentation.SegmentAsync(request, cancellationToken: Cancel);

        await standalone.Images.DeleteImageAsync(new DeleteImageRequest { Id = image.Id }, cancellationToken: Cancel);

        var exception = await Assert.ThrowsAsync<RpcException>(
            async () => await standalone.Segmentation.SegmentAsync(request, cancellationToken: Cancel));
        Assert.Equal(StatusCode.NotFound, exception.StatusCode);
    }

    [Fact]
    public async Task ReflectionAndHealth_Answer()
    {
        using var call = new ServerReflection.ServerReflectionClient(standalone.Channel)
            .ServerReflectionInfo(cancellationToken: Cancel);
        await call.RequestStream.WriteAsync(
            new ServerReflectionRequest { FileContainingSymbol = "segmentation.v1.SegmentationService" }, Cancel);
        Assert.True(await call.ResponseStream.MoveNext(Cancel));
        var files = call.ResponseStream.Current.FileDescriptorResponse;
        var health = await new Health.HealthClient(standalone.Channel).CheckAsync(
            new HealthCheckRequest(), cancellationToken: Cancel);

        Assert.NotEmpty(files.FileDescriptorProto);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, health.Status);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    public async Task HttpPort_Answers(string path)
    {
        using var client = new HttpClient { BaseAddress = standalone.Http };

        using var response = await client.GetAsync(path, Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public void Output_IsTheBannerAndNoWarning()
    {
        Assert.Contains($"grpcurl -plaintext {standalone.Grpc.Authority}", standalone.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("warn:", standalone.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("fail:", standalone.Output, StringComparison.Ordinal);
    }

    private static Prompt Click(float x, float y) => new() { Points = { new Point { X = x, Y = y } } };

    private async Task<Image> UploadAsync(string file)
    {
        var bytes = await File.ReadAllBytesAsync(Golden.PathOf(file), Cancel);
        using var call = standalone.Images.UploadImage(cancellationToken: Cancel);
        foreach (var chunk in bytes.Chunk(100_000))
        {
            await call.RequestStream.WriteAsync(new() { Chunk = UnsafeByteOperations.UnsafeWrap(chunk) }, Cancel);
        }

        await call.RequestStream.CompleteAsync();
        return await call;
    }
}
