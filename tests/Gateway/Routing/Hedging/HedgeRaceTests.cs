using Segmentation.Gateway.Routing.Hedging;
using Segmentation.Grains;

namespace Segmentation.Gateway.Tests.Routing.Hedging;

public sealed class HedgeRaceTests
{
    [Theory]
    [InlineData(DecodeStatus.Ok, 0, nameof(ReplyVerdict.Answer))]
    [InlineData(DecodeStatus.Ok, 1, nameof(ReplyVerdict.Answer))]
    [InlineData(DecodeStatus.Expired, 0, nameof(ReplyVerdict.Answer))]
    [InlineData(DecodeStatus.Expired, 1, nameof(ReplyVerdict.Answer))]
    [InlineData(DecodeStatus.ImageNotFound, 0, nameof(ReplyVerdict.AskNext))]
    [InlineData(DecodeStatus.ImageNotFound, 1, nameof(ReplyVerdict.AskNext))]
    [InlineData(DecodeStatus.PromptRefused, 0, nameof(ReplyVerdict.Answer))]
    [InlineData(DecodeStatus.PromptRefused, 1, nameof(ReplyVerdict.Answer))]
    [InlineData(DecodeStatus.MaskNotFound, 0, nameof(ReplyVerdict.Answer))]
    [InlineData(DecodeStatus.MaskNotFound, 1, nameof(ReplyVerdict.Wait))]
    [InlineData(DecodeStatus.Overloaded, 0, nameof(ReplyVerdict.AskNextWithinBudget))]
    [InlineData(DecodeStatus.Overloaded, 1, nameof(ReplyVerdict.Wait))]
    public void Judge_Reply_ByStatusAndAttemptsThatRun(DecodeStatus status, int running, string verdict) =>
        Assert.Equal(verdict, HedgeRace.Judge(new DecodeReply { Status = status }, running).ToString());

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Judge_SiloOutOfReach_TheNextIsAsked(int running) =>
        Assert.Equal(ReplyVerdict.AskNext, HedgeRace.Judge(null, running));

    [Fact]
    public void Judge_EveryStatus_HasATest() => Assert.Equal(6, Enum.GetValues<DecodeStatus>().Length);
}
