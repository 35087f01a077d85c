using System.Security.Cryptography;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Objects;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Pictures.Intake;

public sealed class AddPictureTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, OnBothDatabases]
    public async Task AddPicture_File_IsDescribedAndStored(DatabaseKind kind)
    {
        await using var project = await PictureProject.CreateAsync(kind);
        var file = TestImages.File(".jpg", width: 60, height: 40,
            change: image => image.Set(NetVips.GValue.GIntType, "orientation", 6));
        var attributes = Struct.Parser.ParseJson("""{"place": "lab 3", "depth": 1.5}""");

        var picture = await project.AddAsync("trip\\0001.jpg", file, metadata =>
        {
            metadata.Attributes = attributes;
            metadata.Split = Split.Validation;
        });

        Assert.Equal("trip/0001.jpg", picture.Name);
        Assert.Equal($"sha256:{Convert.ToHexStringLower(SHA256.HashData(file))}", picture.ImageId);
        Assert.Equal((40, 60, 6), (picture.Width, picture.Height, picture.ExifOrientation));
        Assert.Equal((file.Length, "image/jpeg"), (picture.SizeBytes, picture.MediaType));
        Assert.Equal((attributes, Split.Validation), (picture.Attributes, picture.Split));
        Assert.Equal(PictureState.New, picture.State);
        var stored = Path.Combine(
            project.Record.Folder, "objects", ObjectKeys.Picture("acme", SHA256.HashData(file)));
        Assert.Equal(file, await File.ReadAllBytesAsync(stored, Token));
        Assert.Equal(picture, await project.Anna.GetPictureAsync(
            new GetPictureRequest { Project = project.Name, Picture = picture.Id }, cancellationToken: Token));
    }

    [Theory, OnBothDatabases]
    public async Task AddPicture_SameFileTwice_IsOnePicture(DatabaseKind kind)
    {
        await using var project = await PictureProject.CreateAsync(kind);
        var file = TestImages.File();

        var all = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(number => project.AddAsync($"{number}.png", file)));

        Assert.Single(all.Select(picture => picture.Id).Distinct());
        await using var db = project.Open();
        Assert.Equal(1, await db.Pictures.CountAsync(Token));
    }

    [Theory, OnBothDatabases]
    public async Task AddPicture_NameOfAnotherFile_IsRefusedOrNumbered(DatabaseKind kind)
    {
        await using var project = await PictureProject.CreateAsync(kind);
        await project.AddAsync("a/b.c.png", TestImages.File(number: 1));

        var refused = await Assert.ThrowsAsync<RpcException>(
            () => project.AddAsync("a/b.c.png", TestImages.File(number: 2)));
        var second = await project.AddAsync(
            "a/b.c.png", TestImages.File(number: 2), metadata => metadata.NumberTakenName = true);
        var third = await project.AddAsync(
            "a/b.c.png", TestImages.File(number: 3), metadata => metadata.NumberTakenName = true);

        Assert.Equal((StatusCode.AlreadyExists, "PICTURE_NAME_TAKEN"), (refused.StatusCode, ReasonOf(refused)));
        Assert.Contains("'a/b.c.png'", refused.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(("a/b.c (2).png", "a/b.c (3).png"), (second.Name, third.Name));
    }

    [Fact]
    public async Task AddPicture_NoImage_SaysWhatTheFileIs()
    {
        await using var project = await PictureProject.CreateAsync();
        var cut = TestImages.File(".jpg", width: 400, height: 400)[..2000];

        var text = await Assert.ThrowsAsync<RpcException>(() => project.AddAsync("notes.txt", "a note"u8.ToArray()));
        var damaged = await Assert.ThrowsAsync<RpcException>(() => project.AddAsync("cut.jpg", cut));
        var empty = await Assert.ThrowsAsync<RpcException>(() => project.AddAsync("empty.jpg", []));

        Assert.Equal((StatusCode.InvalidArgument, "IMAGE_UNSUPPORTED_FORMAT"), (text.StatusCode, ReasonOf(text)));
        Assert.Contains("'notes.txt'", text.Status.Detail, StringComparison.Ordinal);
        Assert.Equal((StatusCode.InvalidArgument, "IMAGE_DAMAGED"), (damaged.StatusCode, ReasonOf(damaged)));
        Assert.Equal((StatusCode.InvalidArgument, "IMAGE_EMPTY"), (empty.StatusCode, ReasonOf(empty)));
        await using var db = project.Open();
        Assert.False(await db.Pictures.AnyAsync(Token));
        Assert.False(Directory.Exists(Path.Combine(project.Record.Folder, "objects")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../up.png")]
    [InlineData("a/../up.png")]
    [InlineData("/root.png")]
    [InlineData("a//b.png")]
    [InlineData("line\nbreak.png")]
    public async Task AddPicture_NameThatIsNoPath_IsRefused(string name)
    {
        await using var project = await PictureProject.CreateAsync();

        var refused = await Assert.ThrowsAsync<RpcException>(() => project.AddAsync(name, TestImages.File()));

        Assert.Equal("metadata.name", refused.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations[0].Field);
    }

    [Fact]
    public async Task AddPicture_AnotherSizeOrHashThanAnnounced_IsRefused()
    {
        await using var project = await PictureProject.CreateAsync();
        var file = TestImages.File();

        var longer = await Assert.ThrowsAsync<RpcException>(
            () => project.AddAsync("a.png", file, metadata => metadata.SizeBytes = file.Length - 1));
        var shorter = await Assert.ThrowsAsync<RpcException>(
            () => project.AddAsync("a.png", file, metadata => metadata.SizeBytes = file.Length + 1));
        var other = await Assert.ThrowsAsync<RpcException>(() => project.AddAsync(
            "a.png", file, metadata => metadata.ImageId = "sha256:" + new string('0', 64)));

        Assert.Contains($"is {file.Length - 1}, but", longer.Status.Detail, StringComparison.Ordinal);
        Assert.Contains($"is {file.Length + 1}, but", shorter.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("metadata.image_id", other.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddPicture_LargerThanTheLimit_IsRefusedBeforeAByteArrives()
    {
        await using var project = await PictureProject.CreateAsync(configure: builder =>
            builder.Configuration["Segmentation:Projects:MaxPictureBytes"] = "2000");

        var announced = await Assert.ThrowsAsync<RpcException>(
            () => project.AddAsync("a.png", [], metadata => metadata.SizeBytes = 2001));
        var silent = await Assert.ThrowsAsync<RpcException>(
            () => project.AddAsync("a.png", new byte[5000], metadata => metadata.SizeBytes = 0));

        Assert.Contains("at most 2000", announced.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("at most 2000", silent.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddPicture_StorageOfTheTenantIsFull_IsRefusedWithTheNumbers()
    {
        var file = TestImages.File();
        await using var project = await PictureProject.CreateAsync(configure: builder =>
            builder.Configuration["Segmentation:Projects:TenantBytes"] = $"{(file.Length * 2) - 1}");
        await project.AddAsync("a.png", file);

        var full = await Assert.ThrowsAsync<RpcException>(() => project.AddAsync("b.png", TestImages.File(number: 1)));
        var again = await project.AddAsync("c.png", file);

        Assert.Equal((StatusCode.ResourceExhausted, "STORAGE_FULL"), (full.StatusCode, ReasonOf(full)));
        Assert.Contains($"{file.Length} of {(file.Length * 2) - 1} bytes", full.Status.Detail,
            StringComparison.Ordinal);
        Assert.Equal("a.png", again.Name);
    }

    [Fact]
    public async Task AddPicture_HashOfAnotherProject_NeedsNoBytesFromMembersOnly()
    {
        await using var project = await PictureProject.CreateAsync();
        var (shared, secret) = (TestImages.File(number: 1), TestImages.File(number: 2));
        var (own, foreign) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await project.AddProjectAsync(own, "own", new ProjectSettings());
        await project.AddProjectAsync(foreign, "foreign", new ProjectSettings());
        await using (var db = project.Open())
        {
            await db.Members.Where(row => row.ProjectId == foreign && row.Subject == "anna").ExecuteDeleteAsync(Token);
        }

        await project.AddAsync("shared.png", shared, metadata => metadata.Project = own.ToString());
        await project.AddAsync("secret.png", secret, metadata => metadata.Project = foreign.ToString(), "mia");

        var picture = await project.AddAsync("copy.png", [], metadata => metadata.ImageId = IdOf(shared));
        var refused = await Assert.ThrowsAsync<RpcException>(
            () => project.AddAsync("theft.png", [], metadata => metadata.ImageId = IdOf(secret)));

        Assert.Equal((shared.Length, "copy.png"), (picture.SizeBytes, picture.Name));
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
    }

    [Fact]
    public async Task AddPicture_Viewer_IsDenied()
    {
        await using var project = await PictureProject.CreateAsync();
        var denied = await Assert.ThrowsAsync<RpcException>(
            () => project.AddAsync("a.png", TestImages.File(), subject: "vera"));
        var unknown = await Assert.ThrowsAsync<RpcException>(
            () => project.AddAsync("a.png", TestImages.File(), subject: "nobody"));
        Assert.Equal((StatusCode.PermissionDenied, StatusCode.NotFound), (denied.StatusCode, unknown.StatusCode));
    }

    private static string IdOf(byte[] file) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(file))}";

    private static string? ReasonOf(RpcException error) => error.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason;
}
