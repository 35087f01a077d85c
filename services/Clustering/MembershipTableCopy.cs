using System.Globalization;
using StackExchange.Redis;

namespace Segmentation.Clustering;

/// <summary>Orleans' table of members as it lies in Redis: one hash, a row a silo, and the table's version.</summary>
/// <param name="entries">The hash.</param>
internal sealed class MembershipTableCopy(HashEntry[] entries)
{
    private static readonly RedisValue _versionRow = "Version";

    /// <summary>A table that was never read.</summary>
    public static MembershipTableCopy Empty { get; } = new([]);

    /// <summary>Rows of silos.</summary>
    public int Rows => entries.Count(entry => entry.Name != _versionRow);

    private int Version => entries.FirstOrDefault(entry => entry.Name == _versionRow).Value is { HasValue: true } version
        ? int.Parse(version.ToString(), CultureInfo.InvariantCulture)
        : 0;

    /// <summary>Tells whether a silo has a row.</summary>
    public bool Has(RedisValue row) => entries.Any(entry => entry.Name == row);

    /// <summary>Writes those rows of this table that another lacks, unless it is changed meanwhile.</summary>
    /// <param name="redis">Where the table is.</param>
    /// <param name="key">Its key.</param>
    /// <param name="found">What was found there.</param>
    /// <returns>False when somebody was faster: look again.</returns>
    public async Task<bool> RestoreAsync(IDatabase redis, RedisKey key, MembershipTableCopy found)
    {
        var transaction = redis.CreateTransaction();
        if (found.Has(_versionRow))
        {
            transaction.AddCondition(Condition.HashEqual(key, _versionRow, found.Version));
        }
        else
        {
            transaction.AddCondition(Condition.KeyNotExists(key));
        }

        // The table as it was keeps its version; one that is another gets a version that is new to everybody.
        var version = found.Rows == 0 ? Version : Math.Max(Version, found.Version) + 1;
        _ = transaction.HashSetAsync(
            key,
            [.. entries.Where(entry => entry.Name != _versionRow && !found.Has(entry.Name)), new(_versionRow, version)]);
        return await transaction.ExecuteAsync();
    }
}
