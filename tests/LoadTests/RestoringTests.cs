using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Segmentation.LoadTests.Load;
using Status = Google.Rpc.Status;

namespace Segmentation.LoadTests.Tests;

/// <summary>Pictures that a server does not hold any more are sent again.</summary>
public sealed class RestoringTests
{
    private const int Picture = 3;

    private readonly TaskCompletionSource _mayUpload = new();
    private readonly List<int> _uploads = [];
    private readonly Restoring _restoring;
    private bool _held;

    public RestoringTests()
    {
        _restoring = new Restoring(async (picture, _) =>
        {
            lock (_uploads)
            {
                _uploads.Add(picture);
            }

            await _mayUpload.Task;
            _held = true;
        });
    }

    [Fact]
    public async Task Click_PictureIsHeld_SendsNothing()
    {
        _held = true;

        await ClickAsync();

        Assert.Empty(_uploads);
        Assert.Equal(0, _restoring.Clicks);
        Assert.Equal(["a: clicks whose picture was sent again", "a: pictures sent again"], RowNames());
    }

    [Fact]
    public async Task Click_ManyMissOnePicture_ShareOneUpload()
    {
        var clicks = Enumerable.Range(0, 5).Select(_ => ClickAsync()).ToList();

        _mayUpload.SetResult();
        await Task.WhenAll(clicks);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => ClickAsync()));

        Assert.Equal([Picture], _uploads);
        Assert.Equal(5, _restoring.Clicks);
        var rows = _restoring.Rows("a").ToDictionary(row => row.Name, row => row.Measured);
        Assert.Equal(0.5, rows["a: clicks whose picture was sent again"]);
        Assert.Equal(1, rows["a: pictures sent again"]);
        Assert.True(rows["a: picture sent again, p99"] > 0);
    }

    [Fact]
    public async Task Click_PictureIsEvictedAgainAndAgain_FailsAfterThreeUploads()
    {
        _mayUpload.SetResult();

        var error = await Assert.ThrowsAsync<RpcException>(
            () => _restoring.ClickAsync(Picture, () => throw Missing("IMAGE_NOT_FOUND"), Cancel));

        Assert.Equal(StatusCode.NotFound, error.StatusCode);
        Assert.Equal(3, _uploads.Count);
        Assert.Equal(1, _restoring.Clicks);
    }

    [Theory]
    [InlineData(StatusCode.Unavailable, "ENCODER_UNAVAILABLE")]
    [InlineData(StatusCode.NotFound, "MASK_NOT_FOUND")]
    public async Task Click_FailsForAnotherReason_IsPassedOn(StatusCode code, string reason)
    {
        var error = await Assert.ThrowsAsync<RpcException>(
            () => _restoring.ClickAsync(Picture, () => throw Missing(reason, code), Cancel));

        Assert.Equal(code, error.StatusCode);
        Assert.Empty(_uploads);
    }

    [Fact]
    public async Task Click_UploadFails_FailsAndIsCounted()
    {
        _mayUpload.SetException(Missing("ENCODER_UNAVAILABLE", StatusCode.Unavailable));

        var error = await Assert.ThrowsAsync<RpcException>(ClickAsync);

        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Equal(1, _restoring.Uploads.Failed);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static RpcException Missing(string reason, StatusCode code = StatusCode.NotFound) => new Status
    {
        Code = (int)code,
        Details = { Any.Pack(new ErrorInfo { Reason = reason }) },
    }.ToRpcException();

    private Task ClickAsync() => _restoring.ClickAsync(
        Picture, () => _held ? Task.CompletedTask : throw Missing("IMAGE_NOT_FOUND"), Cancel);

    private string[] RowNames() => [.. _restoring.Rows("a").Select(row => row.Name)];
}
