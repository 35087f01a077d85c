namespace Segmentation.Models.Tests;

public sealed class ModelCatalogTests
{
    [Fact]
    public void List_FolderWithAndWithoutManifest_GivesModelsOnly()
    {
        using var model = new TemporaryModel();
        Directory.CreateDirectory(Path.Combine(model.Root, "not-a-model"));

        Assert.Equal(["tiny"], new ModelCatalog(model.Root).List());
    }

    [Fact]
    public void Open_KnownModel_OpensIt()
    {
        using var model = new TemporaryModel();

        Assert.Equal("tiny", new ModelCatalog(model.Root).Open("tiny").Id);
    }

    [Theory]
    [InlineData("other")]
    [InlineData("../tiny")]
    [InlineData("")]
    public void Open_UnknownModel_ListsTheKnownOnes(string id)
    {
        using var model = new TemporaryModel();

        var error = Assert.Throws<ModelException>(() => new ModelCatalog(model.Root).Open(id));

        Assert.Contains("There are: tiny.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_RenamedFolder_IsRefused()
    {
        using var model = new TemporaryModel();
        Directory.Move(model.Folder, Path.Combine(model.Root, "renamed"));

        var error = Assert.Throws<ModelException>(() => new ModelCatalog(model.Root).Open("renamed"));

        Assert.Contains("holds the model 'tiny'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_MissingRoot_SaysThereAreNone()
    {
        var error = Assert.Throws<ModelException>(
            () => new ModelCatalog(Path.Combine(AppContext.BaseDirectory, "missing")).Open("tiny"));

        Assert.Contains("There are no models.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Default_BuiltProject_HoldsTheDefaultModelIntact()
    {
        var package = ModelCatalog.Default.Open();

        Assert.Equal(ModelCatalog.DefaultModel, package.Id);
        package.Verify(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void With_OwnFolder_FindsItsModelsAndTheOneThatComesAlong()
    {
        using var model = new TemporaryModel();

        var catalog = ModelCatalog.With(model.Root);

        Assert.Equal([ModelCatalog.DefaultModel, "tiny"], catalog.List());
        Assert.Equal(("tiny", ModelCatalog.DefaultModel), (catalog.Open("tiny").Id, catalog.Open().Id));
    }

    [Fact]
    public void With_OwnModelOfTheDefaultName_TakesTheOwn()
    {
        using var model = new TemporaryModel(ModelCatalog.DefaultModel);

        Assert.Equal(model.Folder, ModelCatalog.With(model.Root).Open().Folder);
    }

    [Fact]
    public void With_MistypedFolder_NamesIt()
    {
        using var model = new TemporaryModel();

        var error = Assert.Throws<ModelException>(() => ModelCatalog.With(model.Root + "x"));

        Assert.Contains($"The folder of models '{model.Root}x' does not exist", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void List_ModelThatIsBeingAdded_IsNotThereYet()
    {
        using var model = new TemporaryModel();
        Directory.Move(model.Folder, Path.Combine(model.Root, ".adding-tiny"));

        Assert.Empty(new ModelCatalog(model.Root).List());
    }
}
