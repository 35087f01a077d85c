using Grpc.Core;
using Segmentation.Projects.Contract;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Contract;

public sealed class PagesTests
{
    private static readonly ListJobsRequest _request = new() { Project = "p", Kind = JobKind.Review };

    [Fact]
    public void Keys_OfTheSameList_AreThoseWritten() => Assert.Equal(
        ["7", "a name, with a comma"],
        Pages.Keys(
            new ListJobsRequest(_request) { PageSize = 5, PageToken = "x" },
            Pages.Token(_request, "7", "a name, with a comma"),
            2));

    [Fact]
    public void Keys_OfTheSamePicturesSkippedAndCounted_AreThoseWritten()
    {
        var request = new ListPicturesRequest { Project = "p", OrderBy = "name" };

        Assert.Equal(
            ["7"], Pages.Keys(new ListPicturesRequest(request) { Skip = 9, Count = true }, Pages.Token(request, 7), 1));
        Assert.Throws<RpcException>(
            () => Pages.Keys(new ListPicturesRequest(request) { OrderBy = "id" }, Pages.Token(request, 7), 1));
    }

    [Fact]
    public void Keys_NoToken_FirstPage() => Assert.Null(Pages.Keys(_request, "", 2));

    [Theory]
    [InlineData("?")]
    [InlineData("W10")]
    [InlineData("bnVsbA")]
    [InlineData("WyJ4IixudWxsXQ")]
    public void Keys_NoTokenOfOurs_IsRefused(string token) => Assert.Equal(
        StatusCode.InvalidArgument,
        Assert.Throws<RpcException>(() => Pages.Keys(_request, token, 1)).StatusCode);

    [Fact]
    public void Keys_OfAnotherList_AreRefused()
    {
        var token = Pages.Token(_request, "7");

        Assert.Throws<RpcException>(() => Pages.Keys(new ListJobsRequest { Project = "other" }, token, 1));
        Assert.Throws<RpcException>(() => Pages.Number(_request, Pages.Token(_request, "seven")));
    }

    [Fact]
    public void SizeOf_AskedForMoreThanTheMost_TheMost()
    {
        Assert.Equal((100, 7, 1000), (Pages.SizeOf(0), Pages.SizeOf(7), Pages.SizeOf(5000)));
        Assert.Throws<RpcException>(() => Pages.SizeOf(-1));
    }
}
