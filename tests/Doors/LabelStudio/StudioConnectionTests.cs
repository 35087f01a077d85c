using Segmentation.Doors.LabelStudio;

namespace Segmentation.Doors.Tests.LabelStudio;

public sealed class StudioConnectionTests
{
    private readonly StudioConnection _studio = new(StudioConnection.Base("https://labels.example.org/studio")!, "t0ken");

    [Theory]
    [InlineData(
        "/data/upload/3/a b.png",
        "https://labels.example.org/studio/storage-data/uploaded/?filepath=upload%2F3%2Fa%20b.png",
        "https://labels.example.org/studio/data/upload/3/a%20b.png")]
    [InlineData(
        "upload/3/a.png",
        "https://labels.example.org/studio/storage-data/uploaded/?filepath=upload%2F3%2Fa.png",
        "https://labels.example.org/studio/data/upload/3/a.png")]
    [InlineData("/data/local-files/?d=b/a.png", "https://labels.example.org/studio/data/local-files/?d=b/a.png")]
    [InlineData("s3://b/a.png", "https://labels.example.org/studio/tasks/17/presign/?fileuri=czM6Ly9iL2EucG5n")]
    [InlineData("gs://b/a?.png", "https://labels.example.org/studio/tasks/17/presign/?fileuri=Z3M6Ly9iL2E_LnBuZw%3D%3D")]
    [InlineData("azure-blob://b/a", "https://labels.example.org/studio/tasks/17/presign/?fileuri=YXp1cmUtYmxvYjovL2IvYQ%3D%3D")]
    [InlineData("/data/../../etc/secrets")]
    [InlineData("/data/../api/users")]
    public void Find_Picture_IsBelowTheStudio(string text, params string[] places) =>
        Assert.Equal(places, _studio.Find(text, "17").Select(place => place.AbsoluteUri));

    [Theory]
    [InlineData("")]
    [InlineData("1/../../api")]
    public void Find_NoNumberOfATask_IsNowhere(string task) => Assert.Empty(_studio.Find("s3://b/a.png", task));

    [Theory]
    [InlineData("https://labels.example.org/studio/data/upload/a", true)]
    [InlineData("https://labels.example.org/studio/api/users", false)]
    [InlineData("https://labels.example.org/data/upload/a", false)]
    [InlineData("http://labels.example.org/studio/data/upload/a", false)]
    [InlineData("https://labels.example.org:8443/studio/data/upload/a", false)]
    [InlineData("https://labels.example.org.evil.example/studio/data/a", false)]
    public void Has_Address_IsOfItsPicturesAlone(string address, bool expected) =>
        Assert.Equal(expected, _studio.Has(new Uri(address)));

    [Theory]
    [InlineData("/9j/4AAQSkZJRg==", false)]
    [InlineData("iVBORw0KGgo=", false)]
    [InlineData("data:image/png;base64,AQID", false)]
    [InlineData("HTTP://a/b", true)]
    [InlineData("/data/upload/1/a.png", true)]
    [InlineData("s3://a/b", true)]
    public void IsAddress_Text_IsToldFromPictures(string text, bool expected) =>
        Assert.Equal(expected, StudioConnection.IsAddress(text));

    [Theory]
    [InlineData("ftp://a")]
    [InlineData("labels.example.org")]
    [InlineData("https://user:password@labels.example.org")]
    [InlineData("")]
    public void Base_NoAddress_IsNone(string text) => Assert.Null(StudioConnection.Base(text));
}
