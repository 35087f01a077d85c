using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Storage;

namespace Segmentation.Projects.Pictures.Intake;

/// <summary>
/// Keeps one file of a tenant from being added and purged at the same time, until the end of a transaction. In SQLite
/// the transaction is alone already.
/// </summary>
internal static class FileLocks
{
    /// <summary>Waits for the file's turn.</summary>
    /// <param name="db">The caller's transaction.</param>
    /// <param name="tenant">The tenant.</param>
    /// <param name="sha256">SHA-256 of the file, 32 bytes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task LockFileAsync(
        this ProjectsDb db, string tenant, byte[] sha256, CancellationToken cancellationToken)
    {
        if (!db.Database.IsSqlite())
        {
            // Two files of one number only wait for each other.
            var number = BinaryPrimitives.ReadInt64BigEndian(
                SHA256.HashData([.. Encoding.UTF8.GetBytes(tenant), 0, .. sha256]));
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({number})", cancellationToken);
        }
    }
}
