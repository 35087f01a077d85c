namespace Segmentation.Models.Tests;

public sealed class ModelManifestTests
{
    [Fact]
    public void Read_WrittenManifest_IsEqual()
    {
        using var model = new TemporaryModel();

        var read = ModelManifest.Read(model.Folder);

        Assert.Equal(model.Manifest with { Graphs = read.Graphs }, read);
        Assert.Equal(model.Manifest.Graphs.OrderBy(pair => pair.Key), read.Graphs.OrderBy(pair => pair.Key));
    }

    [Fact]
    public void Read_NoManifest_SaysWhatToDo()
    {
        using var model = new TemporaryModel();

        var error = Assert.Throws<ModelException>(() => ModelManifest.Read(model.Root));

        Assert.Contains("manifest.json is missing", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("{}")]
    [InlineData("{\"id\":\"tiny\"}")]
    public void Read_NoManifestInTheFile_IsRefused(string text)
    {
        using var model = new TemporaryModel();
        model.WriteManifest(text);

        var error = Assert.Throws<ModelException>(() => ModelManifest.Read(model.Folder));

        Assert.Contains("is not a model manifest", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"encoder\":", "\"encodr\":", "graph 'encoder' is missing")]
    [InlineData(
        "\"graphs\": {",
        "\"graphs\": { \"text\": {\"file\":\"a\",\"sha256\":\"\",\"size\":1},",
        "'text' is unknown")]
    [InlineData("\"mask.onnx\"", "\"../mask.onnx\"", "is not in the model's folder")]
    [InlineData("\"id\": \"tiny\"", "\"id\": \"../tiny\"", "lower-case letters")]
    [InlineData("\"preprocessing\": \"test-v1\"", "\"preprocessing\": \"\"", "preprocessing is empty")]
    [InlineData("\"sha256\": \"", "\"sha256\": \"X", "64 lower-case hexadecimal digits")]
    public void Read_WrongEntry_NamesIt(string found, string replacement, string problem)
    {
        using var model = new TemporaryModel();
        var text = model.ReadManifest();
        Assert.Contains(found, text, StringComparison.Ordinal);
        model.WriteManifest(text.Replace(found, replacement, StringComparison.Ordinal));

        var error = Assert.Throws<ModelException>(() => ModelManifest.Read(model.Folder));

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }
}
