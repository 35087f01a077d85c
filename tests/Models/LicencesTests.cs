namespace Segmentation.Models.Tests;

public sealed class LicencesTests
{
    [Theory]
    [InlineData("CC-BY-NC-4.0")]
    [InlineData("CC-BY-NC-SA-4.0")]
    [InlineData("LicenseRef-S-Lab-1.0")]
    [InlineData("PolyForm-Noncommercial-1.0.0")]
    [InlineData("LicenseRef-research-only")]
    public void Notice_NonCommercialLicence_NamesModelAndLicence(string licence)
    {
        var notice = Licences.Notice("edge", licence);

        Assert.Contains("'edge'", notice, StringComparison.Ordinal);
        Assert.Contains(licence, notice, StringComparison.Ordinal);
        Assert.Contains("does not allow commercial use", notice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MIT")]
    [InlineData("Apache-2.0")]
    [InlineData("BSD-3-Clause OR MIT")]
    [InlineData("CC-BY-4.0")]
    [InlineData("NCSA")]
    public void Notice_OtherLicence_IsNull(string licence) => Assert.Null(Licences.Notice("sam", licence));

    [Fact]
    public void LicenceNotice_ManifestWithout_IsMadeOfTheLicence()
    {
        using var model = new TemporaryModel();
        (model.Manifest with { Licence = "CC-BY-NC-4.0" }).Write(model.Folder);

        Assert.Contains("CC-BY-NC-4.0", ModelPackage.Open(model.Folder).LicenceNotice, StringComparison.Ordinal);
    }
}
