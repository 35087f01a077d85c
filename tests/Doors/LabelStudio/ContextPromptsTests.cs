using System.Text.Json;
using Grpc.Core;
using Segmentation.Doors.LabelStudio;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.Tests.LabelStudio;

public sealed class ContextPromptsTests
{
    [Theory]
    [InlineData("\"is_positive\": true,", "", PointLabel.Foreground)]
    [InlineData("\"is_positive\": false,", "", PointLabel.Background)]
    [InlineData("\"is_positive\": 0,", "", PointLabel.Background)]
    [InlineData("", ", \"positive\": false", PointLabel.Background)]
    [InlineData("", ", \"positive\": true", PointLabel.Foreground)]
    [InlineData("", "", PointLabel.Foreground)]
    public void Read_KeyPoint_IsAPoint(string ofRegion, string ofValue, PointLabel label)
    {
        var prompts = Read($$$"""
            [{"type": "keypointlabels", {{{ofRegion}}} "to_name": "image",
              "value": {"x": 25, "y": 50, "width": 0.3, "keypointlabels": ["Dog"]{{{ofValue}}} }}]
            """);

        Assert.Equal("Dog", prompts.Label);
        Assert.Equal(
            new Prompt { Points = { new Point { X = 50, Y = 50, Label = label } } },
            prompts.ToPrompt(new PictureFrame(200, 100, 0)));
    }

    [Fact]
    public void Read_Rectangle_IsABox()
    {
        var prompts = Read("""
            [{"type": "rectanglelabels", "value": {"x": 10, "y": 20, "width": 30, "height": 40, "rotation": 0}}]
            """);

        Assert.Equal(
            new Box { XMin = 20, YMin = 20, XMax = 80, YMax = 60 }, prompts.ToPrompt(new PictureFrame(200, 100, 0)).Box);
    }

    /// <summary>Turned a quarter around its upper left corner, a rectangle lies to the left of it.</summary>
    [Fact]
    public void Read_TurnedRectangle_IsTheBoxAroundIt()
    {
        var prompts = Read("""
            [{"type": "rectanglelabels", "value": {"x": 50, "y": 20, "width": 10, "height": 30, "rotation": 90}}]
            """);

        var box = prompts.ToPrompt(new PictureFrame(200, 100, 0)).Box;

        Assert.Equal(
            new Box { XMin = 70, YMin = 20, XMax = 100, YMax = 40 },
            new Box
            {
                XMin = MathF.Round(box.XMin), YMin = MathF.Round(box.YMin), XMax = MathF.Round(box.XMax), YMax = MathF.Round(box.YMax),
            });
    }

    [Fact]
    public void Read_OtherRegions_ArePassedOver()
    {
        var prompts = Read("""
            [{"type": "brushlabels", "value": {"rle": [1, 2, 3]}}, 7, {}, {"type": "keypointlabels", "to_name": "other"},
             {"type": "polygonlabels", "value": {"points": [[1, 2]]}}, {"type": "rectanglelabels", "value":
              {"x": 1, "y": 1, "width": 0, "height": 0}}]
            """);

        Assert.True(prompts.IsEmpty);
    }

    [Fact]
    public void Read_ManyPoints_KeepsTheLatest()
    {
        var regions = string.Join(',', Enumerable.Range(0, 100).Select(i =>
            $$$"""{"type": "keypoint", "value": {"x": {{{i}}}, "y": 0}}"""));

        var prompt = Read($"[{regions}]").ToPrompt(new PictureFrame(100, 100, 0));

        Assert.Equal(Enumerable.Range(36, 64), prompt.Points.Select(point => (int)MathF.Round(point.X)));
    }

    [Theory]
    [InlineData("7", "params.context.result: ")]
    [InlineData("""[{"type": "keypoint"}]""", "params.context.result[0].value: ")]
    [InlineData("""[{"type": "keypoint", "value": {"x": 1}}]""", "params.context.result[0].value.y: ")]
    [InlineData("""[{"type": "keypoint", "value": {"x": 1e30, "y": 1}}]""", "params.context.result[0].value.x: ")]
    [InlineData("""[{}, {"type": "rectangle", "value": {"x": 1, "y": 1}}]""", "params.context.result[1].value.width: ")]
    [InlineData(
        """[{"type": "keypoint", "image_rotation": 45, "value": {"x": 1, "y": 1}}]""",
        "params.context.result[0].image_rotation: ")]
    public void Read_WrongRegions_SaysWhere(string regions, string start)
    {
        var problem = Assert.Throws<RpcException>(() => Read(regions));

        Assert.Equal(StatusCode.InvalidArgument, problem.StatusCode);
        Assert.StartsWith(start, problem.Status.Detail, StringComparison.Ordinal);
    }

    private static ContextPrompts Read(string regions)
    {
        using var document = JsonDocument.Parse(regions);
        return ContextPrompts.Read(document.RootElement, "image", "params.context.result");
    }
}
