using Grpc.Core;
using Segmentation.Projects.Contract;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Contract;

public sealed class PagesTests
{
    private static readonly ListJobsRequest _question = new() { Project = "p", Kind = JobKind.Review };

    [Fact]
    public void Keys_OfTheSameQuestion_AreThoseWritten() => Assert.Equal(
        ["7", "a name, with a comma"],
        Pages.Keys(_question.Clone(), Pages.Token(_question, "7", "a name, with a comma"), 2));

    [Fact]
    public void Keys_NoToken_FirstPage() => Assert.Null(Pages.Keys(_question, "", 2));

    [Theory]
    [InlineData("?")]
    [InlineData("W10")]
    [InlineData("bnVsbA")]
    [InlineData("WyJ4IixudWxsXQ")]
    public void Keys_NoTokenOfOurs_IsRefused(string token) => Assert.Equal(
        StatusCode.InvalidArgument,
        Assert.Throws<RpcException>(() => Pages.Keys(_question, token, 1)).StatusCode);

    [Fact]
    public void Keys_OfAnotherQuestion_AreRefused()
    {
        var token = Pages.Token(_question, "7");

        Assert.Throws<RpcException>(() => Pages.Keys(new ListJobsRequest { Project = "other" }, token, 1));
        Assert.Throws<RpcException>(() => Pages.Number(_question, Pages.Token(_question, "seven")));
    }

    [Fact]
    public void SizeOf_AskedForMoreThanTheMost_TheMost()
    {
        Assert.Equal((100, 7, 1000), (Pages.SizeOf(0), Pages.SizeOf(7), Pages.SizeOf(5000)));
        Assert.Throws<RpcException>(() => Pages.SizeOf(-1));
    }
}
