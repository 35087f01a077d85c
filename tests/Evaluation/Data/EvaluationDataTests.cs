using Segmentation.Evaluation.Data;
using Segmentation.Masks.Png;

namespace Segmentation.Evaluation.Tests.Data;

public sealed class EvaluationDataTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("evaluation-tests-");

    [Fact]
    public async Task Open_CocoFile_FindsPicturesBelowItsFolder()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Data", "nuclei", "annotations.json");

        using var data = await OpenAsync(path);
        var pictures = await data.ReadAsync(TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(("coco", 8, 149, 0), (data.Format, pictures.Count, pictures.Sum(one => one.Masks.Count), data.Problems.Count));
        Assert.All(pictures, picture => Assert.True(picture.File.Length > 1000));
    }

    [Fact]
    public async Task Open_WithALimit_DrawsTheSamePicturesBySeed()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Data", "nuclei", "annotations.json");

        using var first = await OpenAsync(path, limit: 3);
        using var again = await OpenAsync(path, limit: 3);
        using var other = await OpenAsync(path, limit: 3, seed: 5);

        Assert.Equal(3, first.Pictures.Count);
        Assert.Equal(first.Pictures, again.Pictures);
        Assert.NotEqual(first.Pictures, other.Pictures);
    }

    [Fact]
    public async Task Open_FolderOfMasks_ReadsMapsAndFilesAnObject()
    {
        Write("images/a.jpg", [1]);
        Write("masks/a.png", LabelMapPng.Grey(3, 1, new byte[] { 0, 1, 2 }));
        Write("images/b.jpg", [1]);
        Write("masks/b/first.png", MaskPng.Encode(Pixels.Mask("#..")));
        Write("masks/b/second.png", MaskPng.Encode(Pixels.Mask(".##")));
        Write("masks/stray.png", MaskPng.Encode(Pixels.Mask(".##")));

        using var data = await OpenAsync(_folder.FullName);
        var pictures = await data.ReadAsync(TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["images/a.jpg", "images/b.jpg"], pictures.Select(picture => picture.Name));
        Assert.Equal([Pixels.Mask(".#."), Pixels.Mask("..#")], pictures[0].Masks.Select(mask => mask.Mask));
        Assert.Equal([Pixels.Mask("#.."), Pixels.Mask(".##")], pictures[1].Masks.Select(mask => mask.Mask));
        Assert.Equal("masks/stray.png", Assert.Single(data.Problems).Item);
    }

    [Fact]
    public async Task Open_Davis_ReadsTheFramesOfOneSizeThatHaveObjects()
    {
        Write("ImageSets/480p/val.txt", [1]);
        Write("JPEGImages/480p/bear/00000.jpg", [1]);
        Write("JPEGImages/480p/bear/00001.jpg", [1]);
        Write("JPEGImages/480p/swan/00000.jpg", [1]);
        Write("JPEGImages/1080p/bear/00000.jpg", [1]);
        Write("Annotations/480p/bear/00000.png", LabelMapPng.Grey(3, 1, new byte[] { 0, 1, 2 }));
        Write("Annotations/480p/swan/00000.png", LabelMapPng.Grey(3, 1, new byte[] { 255, 255, 0 }));
        Write("Annotations/1080p/bear/00000.png", LabelMapPng.Grey(3, 1, new byte[] { 0, 1, 2 }));

        using var data = await OpenAsync(_folder.FullName);
        var pictures = await data.ReadAsync(TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal("davis", data.Format);
        Assert.Equal(
            ["JPEGImages/480p/bear/00000.jpg", "JPEGImages/480p/swan/00000.jpg"], pictures.Select(picture => picture.Name));
        Assert.Equal([Pixels.Mask(".#."), Pixels.Mask("..#")], pictures[0].Masks.Select(mask => mask.Mask));
        Assert.Equal([Pixels.Mask("##.")], pictures[1].Masks.Select(mask => mask.Mask));
        Assert.Empty(data.Problems);
    }

    [Fact]
    public async Task Open_CrowdsAndEmptyMasks_AreLeftOut()
    {
        Write("a.json", """
            {"images":[{"id":1,"file_name":"a.png","width":3,"height":1}],"categories":[{"id":1,"name":"x"}],"annotations":[
            {"id":1,"image_id":1,"category_id":1,"iscrowd":1,"segmentation":{"size":[1,3],"counts":[0,2,1]}},
            {"id":2,"image_id":1,"category_id":1,"iscrowd":0,"segmentation":{"size":[1,3],"counts":[3]}},
            {"id":3,"image_id":1,"category_id":1,"iscrowd":0,"segmentation":{"size":[1,3],"counts":[2,1]}}]}
            """u8.ToArray());
        Write("a.png", [1]);

        using var data = await OpenAsync(Path.Combine(_folder.FullName, "a.json"));

        Assert.Equal([("a.png", 1)], data.Pictures);
    }

    [Fact]
    public async Task Open_PictureMissing_IsSaid()
    {
        Write("a.json", """
            {"images":[{"id":1,"file_name":"a.png","width":3,"height":1}],"categories":[],"annotations":[]}
            """u8.ToArray());

        var error = await Assert.ThrowsAsync<EvaluationDataException>(() => OpenAsync(Path.Combine(_folder.FullName, "a.json")));

        Assert.Contains("a.png: the picture's file is missing", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("name,kind\n", "names its columns")]
    [InlineData("picture,kind\na.png\n", "Row 2 of the table of groups has 1 fields")]
    [InlineData("picture,kind\na.png,x\na.png,y\n", "has a row already")]
    public void Read_TableThatIsNone_SaysWhere(string text, string message) => Assert.Contains(
        message,
        Assert.Throws<EvaluationDataException>(() => GroupTable.Read(new StringReader(text))).Message,
        StringComparison.Ordinal);

    public void Dispose() => _folder.Delete(recursive: true);

    private static Task<EvaluationData> OpenAsync(string path, int? limit = null, long seed = 0) =>
        EvaluationData.OpenAsync(path, limit, seed, _ => (3, 1), TestContext.Current.CancellationToken);

    private void Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }
}
