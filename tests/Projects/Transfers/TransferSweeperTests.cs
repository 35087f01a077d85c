using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Segmentation.Projects.Objects;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Protocol.Projects.V1;
using Segmentation.Tests.Shared;

namespace Segmentation.Projects.Tests.Transfers;

public sealed class TransferSweeperTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SweepAsync_ObjectStoreIsAway_IsTriedAgainAnHourLater()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var store = new AwayStore();
        await using var project = await PictureProject.CreateAsync(configure: builder => builder.Services
            .AddSingleton<TimeProvider>(clock).AddSingleton<IObjectStore>(store));
        await using (var db = project.Open())
        {
            db.Transfers.Add(new TransferRow
            {
                ProjectId = project.Id,
                Tenant = "acme",
                Kind = TransferKind.Export,
                State = TransferState.Done,
                Format = "coco",
                Request = [],
                Cursor = "",
                Reason = "",
                ObjectKey = "acme/results/1",
                FileName = "export.zip",
                Creator = "mia",
                Owner = "",
                ExpireTime = clock.GetUtcNow(),
            });
            await db.SaveChangesAsync(Token);
        }

        for (var attempt = 0; attempt < 2; attempt++)
        {
            clock.Advance(TimeSpan.FromHours(1));
            Assert.Equal("acme/results/1", await store.AskedAsync());
        }
    }

    /// <summary>A bucket whose server does not answer.</summary>
    private sealed class AwayStore : IObjectStore
    {
        private readonly System.Threading.Channels.Channel<string> _asked =
            System.Threading.Channels.Channel.CreateUnbounded<string>();

        /// <summary>The next key that was to be deleted.</summary>
        public async Task<string> AskedAsync() =>
            await _asked.Reader.ReadAsync(Token).AsTask().WaitAsync(Patience.Longest, Token);

        public Task DeleteAsync(string key, CancellationToken cancellationToken)
        {
            _asked.Writer.TryWrite(key);
            throw new ObjectStoreException("The bucket does not answer.", new HttpRequestException());
        }

        public Task<long?> FindAsync(string key, CancellationToken cancellationToken) => throw Unused();

        public Task<Stream?> OpenAsync(string key, long from, long? length, CancellationToken cancellationToken) =>
            throw Unused();

        public Task WriteAsync(string key, Stream content, CancellationToken cancellationToken) => throw Unused();

        public IAsyncEnumerable<ObjectEntry> ListAsync(
            string prefix, string after, CancellationToken cancellationToken) => throw Unused();

        public Task<Uri?> PresignAsync(
            string key, string fileName, TimeSpan lifetime, CancellationToken cancellationToken) => throw Unused();

        private static InvalidOperationException Unused() => new("Nothing is read or written here.");
    }
}
