using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Segmentation.Projects.Runs.Working;
using Segmentation.ServiceDefaults.Errors;

namespace Segmentation.Projects.Tests.Runs.Working;

/// <summary>Fate of a picture whose search failed.</summary>
public sealed class SearchRulesTests
{
    private static readonly RunsOptions _options = new();
    private readonly SearchRules _rules = new(Options.Create(_options));

    [Theory]
    [InlineData(0.2, 1)]
    [InlineData(7, 7)]
    [InlineData(3600, 300)]
    public void Decide_ServerIsBusy_WaitsAsLongAsItSaysAndAtMostFiveMinutes(double advice, double delay)
    {
        var busy = Error(
            StatusCode.ResourceExhausted,
            "QUOTA_EXCEEDED",
            new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromSeconds(advice)) });

        var failure = _rules.Decide(busy, 1000, TimeSpan.FromDays(1));

        Assert.Equal((SearchVerdict.Wait, TimeSpan.FromSeconds(delay)), (failure.Verdict, failure.Delay));
        Assert.Contains("QUOTA_EXCEEDED happened", failure.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.DeadlineExceeded)]
    [InlineData(StatusCode.Cancelled)]
    [InlineData(StatusCode.Unauthenticated)]
    public void Decide_ServerIsAway_WaitsLongerEachTimeAndThenCounts(StatusCode code)
    {
        var away = Error(code, "AWAY");

        Assert.Equal(TimeSpan.FromSeconds(1), _rules.Decide(away, 1, TimeSpan.Zero).Delay);
        Assert.Equal(TimeSpan.FromSeconds(4), _rules.Decide(away, 3, TimeSpan.FromSeconds(3)).Delay);
        Assert.Equal(TimeSpan.FromSeconds(30), _rules.Decide(away, 90, TimeSpan.FromMinutes(9)).Delay);
        Assert.Equal(SearchVerdict.Again, _rules.Decide(away, 91, _options.Patience).Verdict);
    }

    [Theory]
    [InlineData(StatusCode.InvalidArgument, "IMAGE_DAMAGED", SearchVerdict.Picture)]
    [InlineData(StatusCode.Internal, "INTERNAL", SearchVerdict.Again)]
    [InlineData(StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE", SearchVerdict.Again)]
    [InlineData(StatusCode.PermissionDenied, "SCOPE_MISSING", SearchVerdict.Run)]
    public void Decide_OtherErrors_MeanThePictureOrTheRun(StatusCode code, string reason, object verdict) =>
        Assert.Equal(verdict, _rules.Decide(Error(code, reason), 1, TimeSpan.Zero).Verdict);

    [Theory]
    [InlineData("model", SearchVerdict.Run)]
    [InlineData("options.points_per_side", SearchVerdict.Run)]
    [InlineData("image_data", SearchVerdict.Picture)]
    public void Decide_FieldIsWrong_IsTheRunsWhereEveryPictureHasIt(string field, object verdict)
    {
        var wrong = Error(
            StatusCode.InvalidArgument,
            "INVALID_FIELD",
            new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = field } } });

        Assert.Equal(verdict, _rules.Decide(wrong, 1, TimeSpan.Zero).Verdict);
    }

    [Fact]
    public void Decide_FileIsMissing_CountsAndSaysSo()
    {
        var failure = _rules.Decide(new FileNotFoundException("The file is\nnot there."), 1, TimeSpan.Zero);

        Assert.Equal(new SearchFailure(SearchVerdict.Again, "The file is not there."), failure);
    }

    private static RpcException Error(StatusCode code, string reason, params IMessage[] details) =>
        ErrorStatus.Of(code, reason, $"{reason} happened", details).ToRpcException();
}
